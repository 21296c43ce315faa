// Routes put to a live BIRD as members' announcements, and what its filter says of each.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "policy/judge.h"
#include "tests/bird/live_bird.h"

namespace peerlab::bird {

// These prefixes, each with the same path and communities.  No prefix twice.
struct Announcement {
  Ipv4 neighbour;  // in the sessions form one that has a session
  std::vector<Ipv6Prefix> prefixes;
  std::vector<std::uint32_t> path;
  std::vector<LargeCommunity> communities;
};

// By the announcement's place in the list, and prefix.
using Verdicts = std::map<std::pair<std::size_t, Ipv6Prefix>, policy::Verdict>;

// The verdicts of one BIRD that is asked all of them at once.  Wishes are read back by the fixed
// part's own functions.  In the function form the filter goes on to accept after its call: whatever
// should have been refused and is not shows.  NotFound and NotPermitted as LiveBird::start.
[[nodiscard]] Result<Verdicts> ask_bird(const policy::Policy& policy, const policy::Site& site,
                                        Form form, const std::vector<Announcement>& all);

}  // namespace peerlab::bird
