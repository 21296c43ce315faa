// What members did between two looks at BIRD's sessions.  Pure: BIRD's answers go in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bird/shown_protocols.h"
#include "confgen/change_standing.h"
#include "domain/address.h"

namespace peerlab::confgen {

// One neighbour's session, as one look shows it.
struct SessionSight {
  std::string name, since;
  bool established = false;
  // Down, and the other side closed it in a way after which BIRD lets it in again at once.
  bool left_freely = false;
  std::uint64_t accepted = 0, refused = 0;  // routes held
  bird::ImportCounters counters = {};
  bool operator==(const SessionSight&) const = default;
};

// One look at all of them.
struct SessionSights {
  std::string booted;       // BIRD's own word of when
  std::string configured;   // the same, for the last time
  Instant configured_at{};  // when a look first showed that
  std::map<Ipv4, SessionSight> sessions;
  bool operator==(const SessionSights&) const = default;
};

// BIRD's answers to `show status` and `show protocols all "peerlab_*"`, heard at `now`.  Only
// sessions with an IPv4 neighbour: members'.  nullopt where the first is no status.
[[nodiscard]] std::optional<SessionSights> read_sights(std::string_view status,
                                                       std::string_view protocols,
                                                       const std::optional<SessionSights>& before,
                                                       Instant now);

// A reconfiguration was so recent that BIRD may still be judging routes again.
[[nodiscard]] bool reconfigured_lately(const SessionSights& sights, Instant now);

// By neighbour, who did something until `now`, when `after` was seen.  Nothing where BIRD was
// started anew in between: its counters begin again, and it lost sessions for its own sake.  After
// a reconfiguration the routes that BIRD judges again for our sake are not taken for changes, and
// where all sessions were lost with it, it restarted them.  Of several sessions between two looks
// one shows.
[[nodiscard]] std::map<Ipv4, Changes> changes_between(const SessionSights& before,
                                                      const SessionSights& after, Instant now);

}  // namespace peerlab::confgen
