#include "bird/world_gate.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"

namespace peerlab::bird {
namespace {

// "2026-11-25 02:18:44.142", in the server's own time zone: only differences mean something.
std::optional<Instant> read_time(std::string_view text) {
  const auto [date, time] = split_once(trim(text), ' ');
  const Result<Instant> instant = parse_rfc3339(fmt::format("{}T{}Z", date, time));
  return instant ? std::optional{*instant} : std::nullopt;
}

}  // namespace

std::string render_gate(bool open) {
  if (!open) return "# Shut: the world is told nothing.\n";
  return "# Open.  Written by peerlab-bird-config; BIRD's unit empties this file when BIRD "
         "starts.\n"
         "protocol static peerlab_gate_row { roa6 { table peerlab_gate; }; route ::/0 max 0 as 0; "
         "}\n";
}

std::vector<RtrSession> read_rtr_sessions(std::string_view answer) {
  std::vector<RtrSession> sessions;
  for (const std::string_view line : split(answer, '\n')) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() > 1 && words[1] == "RPKI" && words[0].starts_with(kRtrPrefix)) {
      sessions.push_back({std::string{words[0].substr(kRtrPrefix.size())}});
    } else if (const auto [name, value] = split_once(trim(line), ':'); sessions.empty()) {
      continue;
    } else if (name == "Status") {
      sessions.back().established = trim(value) == "Established";
    } else if (name == "Last update") {
      sessions.back().answered = trim(value).starts_with("before");
    }
  }
  return sessions;
}

std::optional<std::chrono::seconds> read_uptime(std::string_view answer) {
  constexpr std::string_view kNow = "Current server time is ", kStart = "Last reboot on ";
  std::optional<Instant> now, start;
  for (const std::string_view line : split(answer, '\n')) {
    if (line.starts_with(kNow)) now = read_time(line.substr(kNow.size()));
    if (line.starts_with(kStart)) start = read_time(line.substr(kStart.size()));
  }
  if (!now || !start) return std::nullopt;
  return *now - *start;
}

std::optional<std::uint64_t> read_route_count(std::string_view answer) {
  const std::vector<std::string_view> words = words_of(answer);  // "2 of 2 routes for 2 networks …"
  if (words.size() < 4 || words[1] != "of" || words[3] != "routes") return std::nullopt;
  return parse_decimal<std::uint64_t>(words[0]);
}

}  // namespace peerlab::bird
