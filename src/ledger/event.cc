#include "ledger/event.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace peerlab {
namespace {

constexpr std::array<std::string_view, kEventKinds> kNames{
    "asn-assigned",  "leased",    "renewed",   "revoked", "lease-ended",
    "rpki-switched", "quota-set", "suspended", "resumed", "forgotten"};

// No separator is left in a value.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == ' ' || c == '%') {
      out += fmt::format("%{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string_view name_of(EventKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

Result<EventKind> parse_event_kind(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found != kNames.end()) return static_cast<EventKind>(found - kNames.begin());
  return fail(ErrorKind::Malformed, fmt::format("'{}' is no kind of event", name));
}

std::string canonical(const Event& event) {
  const auto seconds = [](Instant instant) { return instant.time_since_epoch().count(); };
  std::string line =
      fmt::format("id={} at={} kind={} member={} actor={}", event.id, seconds(event.at),
                  name_of(event.kind), event.member, escaped(event.actor));
  if (event.asn) line += fmt::format(" asn={}", event.asn->number());
  if (event.prefix) line += fmt::format(" prefix={}", event.prefix->text());
  if (event.window) {
    line += fmt::format(" begin={} end={}", seconds(event.window->begin()),
                        seconds(event.window->end()));
  }
  if (!event.note.empty()) line += fmt::format(" note={}", escaped(event.note));
  return line;
}

}  // namespace peerlab
