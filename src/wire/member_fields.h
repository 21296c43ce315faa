// What documents for members and for operators say alike about a member.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <vector>

#include "wire/member_documents.h"

namespace peerlab::wire {

[[nodiscard]] boost::json::array encoded(const std::vector<ActiveLease>& leases);
[[nodiscard]] boost::json::value encoded(const std::optional<SuspendedSince>& suspended);
[[nodiscard]] boost::json::array encoded(const std::vector<WaitingIn>& waiting);

// Of `active_leases`, `suspended` and `waiting`.
[[nodiscard]] Result<std::vector<ActiveLease>> active_leases(const boost::json::object& object);
[[nodiscard]] Result<std::optional<SuspendedSince>> suspended_at(const boost::json::object& object);
[[nodiscard]] Result<std::vector<WaitingIn>> waiting_at(const boost::json::object& object);

}  // namespace peerlab::wire
