#include "confgen/session_sights.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace peerlab::confgen {
namespace {

using bird::ShownSession;

// ROA tables settle within 1 s, and an idle BIRD 2.0.12 runs that up to 3 s later.
constexpr std::chrono::seconds kSettling{5};

std::uint64_t less(std::uint64_t from, std::uint64_t taken) {
  return from > taken ? from - taken : 0;
}

// After an error BIRD lets the neighbour wait; who can come back at once closed the connection or
// ceased.
bool left_freely(const ShownSession& session) {
  constexpr std::array<std::string_view, 5> kFreely{
      "Socket:", "Received: Administrative", "Received: Peer de-configured",
      "Received: Other configuration change", "Received: Connection"};
  if (session.established() || session.error_wait) return false;
  return session.last_error.empty() || std::ranges::any_of(kFreely, [&](std::string_view word) {
           return session.last_error.starts_with(word);
         });
}

SessionSight sight_of(const ShownSession& shown) {
  return {shown.name,     shown.since,    shown.established(), left_freely(shown),
          shown.imported, shown.filtered, shown.counters};
}

// The rest of the line that begins so.
std::string after_words(std::string_view answer, std::string_view words) {
  for (const std::string_view line : split(answer, '\n')) {
    if (line.starts_with(words)) return std::string{trim(line.substr(words.size()))};
  }
  return {};
}

// With what a session held before and holds after, its counters tell new routes from replaced ones.
Changes within_session(const SessionSight& before, const SessionSight& after, bool reloaded) {
  const bird::ImportCounters &was = before.counters, &is = after.counters;
  const std::uint64_t held = before.accepted + before.refused;
  const std::uint64_t holds = after.accepted + after.refused;
  const std::uint64_t refused = less(is.updates_filtered, was.updates_filtered);
  const std::uint64_t updates = less(less(is.updates_received, was.updates_received),
                                     less(is.updates_ignored, was.updates_ignored));
  Changes changes;
  // Nobody can withdraw what was not there: a router that does so changes nothing.
  changes.withdrawals =
      std::min(less(is.withdraws_received, was.withdraws_received), less(held + updates, holds));
  const std::uint64_t added = less(holds + changes.withdrawals, held);
  changes.replacements = less(updates, added);
  if (reloaded) {
    const std::uint64_t accepted_anew = less(after.accepted, before.accepted);
    changes.replacements = less(changes.replacements, refused + accepted_anew);
  }
  changes.announcements = added + changes.replacements;
  return changes;
}

bool is_same_session(const SessionSight& before, const SessionSight& after) {
  const bird::ImportCounters &was = before.counters, &is = after.counters;
  return before.name == after.name && before.since == after.since &&
         before.established == after.established && is.updates_received >= was.updates_received &&
         is.withdraws_received >= was.withdraws_received;
}

Changes changes_of(const SessionSight& before, const SessionSight& after, bool reloaded) {
  if (is_same_session(before, after)) return within_session(before, after, reloaded);
  Changes changes;
  if (after.established) {
    SessionSight begin = after;
    begin.accepted = begin.refused = 0, begin.counters = {};
    changes = within_session(begin, after, reloaded);
    changes.establishments = 1;
  }
  const bool came_and_went = !before.established && !after.established && after.left_freely;
  if (came_and_went) changes.establishments = 1;
  if (before.established || came_and_went) {
    changes.losses = 1;
    changes.route_losses = before.accepted > 0 || came_and_went ? 1 : 0;
  }
  return changes;
}

bool restarted_by_us(const SessionSights& before, const SessionSights& after) {
  if (before.configured == after.configured) return false;
  return std::ranges::none_of(before.sessions, [&](const auto& entry) {
    const auto now = after.sessions.find(entry.first);
    return now != after.sessions.end() && entry.second.established && now->second.established &&
           now->second.since == entry.second.since;
  });
}

}  // namespace

std::optional<SessionSights> read_sights(std::string_view status, std::string_view protocols,
                                         const std::optional<SessionSights>& before, Instant now) {
  SessionSights sights;
  sights.booted = after_words(status, "Last reboot on ");
  sights.configured = after_words(status, "Last reconfiguration on ");
  if (sights.booted.empty()) return std::nullopt;
  const bool known = before && before->configured == sights.configured;
  sights.configured_at = known ? before->configured_at : now;
  for (const ShownSession& shown : bird::read_sessions(protocols)) {
    if (!shown.neighbour) continue;
    const auto [at, first] = sights.sessions.emplace(*shown.neighbour, sight_of(shown));
    if (!first && shown.established()) at->second = sight_of(shown);
  }
  return sights;
}

bool reconfigured_lately(const SessionSights& sights, Instant now) {
  return now - sights.configured_at <= kSettling;
}

std::map<Ipv4, Changes> changes_between(const SessionSights& before, const SessionSights& after,
                                        Instant now) {
  std::map<Ipv4, Changes> found;
  if (before.booted != after.booted) return found;
  const bool reloaded = reconfigured_lately(after, now);
  for (const auto& [neighbour, sight] : after.sessions) {
    const auto known = before.sessions.find(neighbour);
    const SessionSight& was = known == before.sessions.end() ? SessionSight{} : known->second;
    const Changes changes = changes_of(was, sight, reloaded);
    if (changes != Changes{}) found.emplace(neighbour, changes);
  }
  if (restarted_by_us(before, after)) {
    for (auto& [neighbour, changes] : found) changes.losses = changes.route_losses = 0;
  }
  return found;
}

}  // namespace peerlab::confgen
