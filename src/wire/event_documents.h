// GET /api/user/events, both ends.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/asn.h"
#include "domain/lease.h"

namespace peerlab::wire {

// What happened to a member, as the member may read it: an operator has no name here.
struct MemberEvent {
  std::uint64_t id;
  std::string kind;  // "leased"; an open list: a reader must expect kinds it does not know
  Instant at;
  bool by_operator = false;
  std::optional<Asn> asn = {};
  std::optional<Prefix48> prefix = {};
  std::optional<LeaseWindow> window = {};
  std::string note = {};
  bool operator==(const MemberEvent&) const = default;
};

// {"events":[…]} in the order given; what an event does not have is null.
[[nodiscard]] std::string encode(const std::vector<MemberEvent>& events);
[[nodiscard]] Result<std::vector<MemberEvent>> parse_member_events(std::string_view text);

// One of them, for documents that say more about it.
[[nodiscard]] boost::json::object encoded(const MemberEvent& event);
[[nodiscard]] Result<MemberEvent> event_of(const boost::json::value& row);

}  // namespace peerlab::wire
