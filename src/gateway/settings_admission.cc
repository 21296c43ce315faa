#include "gateway/settings_admission.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

constexpr std::uint32_t kRequestsMost = 1'000'000;
constexpr std::chrono::seconds kWindowMost{3600};

// "6000/60s"; "off" is nothing.
std::optional<Allowance> read_allowance(SettingsReader& reader, std::string_view name) {
  const std::string text = reader.text(name);
  if (text == "off") return std::nullopt;
  const auto [count, window_text] = split_once(text, '/');
  const auto requests = parse_decimal<std::uint32_t>(count);
  const auto window = parse_duration(window_text);
  const bool sound = requests && *requests > 0 && *requests <= kRequestsMost && window &&
                     window->count() > 0 && *window <= kWindowMost;
  if (sound) return Allowance{*requests, *window};
  reader.refuse(name, fmt::format("'{}' is no rate: write requests/time, such as 6000/60s, with a "
                                  "time of 1s to 1h, or off",
                                  printable(text)));
  return std::nullopt;
}

TrustedProxies read_proxies(SettingsReader& reader) {
  TrustedProxies proxies;
  const std::vector<std::string> texts = reader.texts("trusted-proxy");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Result<Ipv6Prefix> block = parse_address_block(texts[i]);
    if (block) proxies.blocks.push_back(*block);
    if (!block) reader.refuse("trusted-proxy", block.error().detail, i);
  }
  const std::string field = lowercase(reader.text("proxy-field"));
  if (field == "forwarded") proxies.field = ProxyField::Forwarded;
  if (field != "forwarded" && field != "x-forwarded-for") {
    reader.refuse("proxy-field", "write X-Forwarded-For or Forwarded");
  }
  return proxies;
}

AllowedOrigins read_origins(SettingsReader& reader) {
  AllowedOrigins origins;
  const std::vector<std::string> texts = reader.texts("allowed-origin");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Result<void> added = origins.add(texts[i]);
    if (!added) reader.refuse("allowed-origin", added.error().detail, i);
  }
  return origins;
}

}  // namespace

AdmissionRules read_admission(SettingsReader& reader) {
  return {{read_allowance(reader, "rate-per-address"), read_allowance(reader, "rate-per-member")},
          read_proxies(reader),
          read_origins(reader)};
}

}  // namespace peerlab::gateway
