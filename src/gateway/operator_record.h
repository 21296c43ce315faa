// A member as operators are told about it.
#pragma once

#include <tl/expected.hpp>

#include "gateway/answers.h"
#include "gateway/call.h"
#include "wire/operator_documents.h"

namespace peerlab::gateway {

[[nodiscard]] wire::OperatorMember operator_record(const MemberRecord& record, const Offer& offer);
[[nodiscard]] wire::SuspendedSince shown(const Suspension& suspension);
[[nodiscard]] wire::ActiveLease shown(const Lease& lease, const Offer& offer);

// 200 with the member as it now stands, or why nothing changed; counted.
[[nodiscard]] Settled changed_member(const Call& call, const Result<MemberRecord>& record);

}  // namespace peerlab::gateway
