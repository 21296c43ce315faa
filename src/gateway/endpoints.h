// What the gateway offers, one function each.  Its parameters say whom it serves: a member, an
// operator, an agent, or anybody.  One that returns Settled may wait for the ledger: a thread set
// aside for that calls it.  Requests, statuses and texts are those of COMPAT.md 1-3.
#pragma once

#include "gateway/answers.h"
#include "gateway/audience.h"
#include "gateway/call.h"

namespace peerlab::gateway {

// Members.
[[nodiscard]] Answer show_member(const Call& call, const Member& member);
[[nodiscard]] Answer stream_holdings(const Call& call, const Member& member);
[[nodiscard]] Answer assign_asn(const Call& call, const Member& member);
[[nodiscard]] Settled lease_prefix(const Call& call, const Member& member);
[[nodiscard]] Settled revoke_prefix(const Call& call, const Member& member);
[[nodiscard]] Settled renew_prefix(const Call& call, const Member& member);
[[nodiscard]] Settled switch_rpki(const Call& call, const Member& member);
[[nodiscard]] Settled list_events(const Call& call, const Member& member);

// Operators.
[[nodiscard]] Settled list_members(const Call& call, const Operator& caller);
[[nodiscard]] Settled show_any_member(const Call& call, const Operator& caller);
[[nodiscard]] Settled forget_member(const Call& call, const Operator& caller);
[[nodiscard]] Settled suspend_member(const Call& call, const Operator& caller);
[[nodiscard]] Settled resume_member(const Call& call, const Operator& caller);
[[nodiscard]] Settled set_quota(const Call& call, const Operator& caller);
[[nodiscard]] Settled list_leases(const Call& call, const Operator& caller);
[[nodiscard]] Settled end_lease(const Call& call, const Operator& caller);
[[nodiscard]] Settled list_audit(const Call& call, const Operator& caller);
[[nodiscard]] Settled verify_audit(const Call& call, const Operator& caller);
[[nodiscard]] Settled show_pools(const Call& call, const Operator& caller);

// Agents: the programs on IXP servers.
[[nodiscard]] Answer list_mappings(const Call& call, const Agent& agent);
[[nodiscard]] Answer show_mapping(const Call& call, const Agent& agent);

// Anybody.
[[nodiscard]] Answer show_platform(const Call& call);
[[nodiscard]] Settled show_holder(const Call& call);
[[nodiscard]] Answer show_live(const Call& call);
[[nodiscard]] Settled show_ready(const Call& call);
[[nodiscard]] Settled show_ledger_health(const Call& call);
[[nodiscard]] Settled show_issuer_health(const Call& call);
[[nodiscard]] Settled show_directory_health(const Call& call);
[[nodiscard]] Answer show_version(const Call& call);
[[nodiscard]] Answer show_contract(const Call& call);

}  // namespace peerlab::gateway
