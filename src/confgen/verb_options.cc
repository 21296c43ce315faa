#include "confgen/verb_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.h"

namespace peerlab::confgen {
namespace {

Failure refuse(std::string_view option, std::string_view given, std::string_view right) {
  return fail(ErrorKind::Malformed, fmt::format("{} \"{}\": {}", option, printable(given), right));
}

Result<std::vector<std::uint32_t>> read_path(const std::string& text) {
  std::vector<std::uint32_t> path;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    const auto number = parse_decimal<std::uint32_t>(word);
    if (!number) {
      return refuse("--path", text,
                    "ASNs with a blank between, the neighbour's first, as in "
                    "--path \"65000 65000\"");
    }
    path.push_back(*number);
  }
  return path;
}

Result<LargeCommunity> read_community(const std::string& text) {
  const std::vector<std::string_view> parts = split(text, ':');
  std::array<std::uint32_t, 3> numbers{};
  bool right = parts.size() == numbers.size();
  for (std::size_t i = 0; right && i < numbers.size(); ++i) {
    const auto number = parse_decimal<std::uint32_t>(parts[i]);
    right = number.has_value();
    numbers[i] = number.value_or(0);
  }
  if (right) return LargeCommunity{numbers[0], numbers[1], numbers[2]};
  return refuse("--community", text,
                "a large community is three numbers, as in --community "
                "64500:0:1");
}

}  // namespace

void add_announcement(CLI::App& app, SpelledAnnouncement& spelled) {
  app.add_option("--neighbor", spelled.neighbour, "the overlay address the session comes from")
      ->required();
  app.add_option("--prefix", spelled.prefix, "what is announced")->required();
  app.add_option("--path", spelled.path, "its AS path: ASNs with a blank between; \"\" is empty")
      ->required();
  app.add_option("--community", spelled.communities,
                 "a large community it carries; may be repeated");
}

Result<Announcement> read_announcement(const SpelledAnnouncement& spelled) {
  const Result<Ipv4> neighbour = Ipv4::parse(spelled.neighbour);
  if (!neighbour) {
    return refuse("--neighbor", spelled.neighbour, "an IPv4 address, as in --neighbor 100.64.0.7");
  }
  const Result<Ipv6Prefix> prefix = Ipv6Prefix::parse(spelled.prefix);
  if (!prefix) {
    return refuse("--prefix", spelled.prefix,
                  "an IPv6 prefix without host bits, as in --prefix 3fff:100:1::/48");
  }
  const auto path = read_path(spelled.path);
  if (!path) return fail(path.error());
  Announcement announcement{*neighbour, Route{*prefix, *path}};
  for (const std::string& text : spelled.communities) {
    const Result<LargeCommunity> community = read_community(text);
    if (!community) return fail(community.error());
    announcement.route.communities.push_back(*community);
  }
  return announcement;
}

}  // namespace peerlab::confgen
