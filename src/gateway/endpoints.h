// What the gateway offers, one function each.  Its parameters say whom it serves: a member, an
// operator, an agent, or anybody.  Requests, statuses and texts are those of COMPAT.md 1-3.
#pragma once

#include "gateway/answers.h"
#include "gateway/audience.h"
#include "gateway/call.h"

namespace peerlab::gateway {

// Members.
[[nodiscard]] Answer show_member(const Call& call, const Member& member);
[[nodiscard]] Answer stream_holdings(const Call& call, const Member& member);
[[nodiscard]] Answer assign_asn(const Call& call, const Member& member);
[[nodiscard]] Answer lease_prefix(const Call& call, const Member& member);
[[nodiscard]] Answer revoke_prefix(const Call& call, const Member& member);
[[nodiscard]] Answer renew_prefix(const Call& call, const Member& member);
[[nodiscard]] Answer switch_rpki(const Call& call, const Member& member);
[[nodiscard]] Answer list_events(const Call& call, const Member& member);

// Operators.
[[nodiscard]] Answer list_members(const Call& call, const Operator& caller);
[[nodiscard]] Answer show_any_member(const Call& call, const Operator& caller);
[[nodiscard]] Answer forget_member(const Call& call, const Operator& caller);
[[nodiscard]] Answer suspend_member(const Call& call, const Operator& caller);
[[nodiscard]] Answer resume_member(const Call& call, const Operator& caller);
[[nodiscard]] Answer set_quota(const Call& call, const Operator& caller);
[[nodiscard]] Answer list_leases(const Call& call, const Operator& caller);
[[nodiscard]] Answer end_lease(const Call& call, const Operator& caller);
[[nodiscard]] Answer list_audit(const Call& call, const Operator& caller);
[[nodiscard]] Answer verify_audit(const Call& call, const Operator& caller);
[[nodiscard]] Answer show_pools(const Call& call, const Operator& caller);

// Agents: the programs on IXP servers.
[[nodiscard]] Answer list_mappings(const Call& call, const Agent& agent);
[[nodiscard]] Answer show_mapping(const Call& call, const Agent& agent);

// Anybody.
[[nodiscard]] Answer show_platform(const Call& call);
[[nodiscard]] Answer show_holder(const Call& call);
[[nodiscard]] Answer show_live(const Call& call);
[[nodiscard]] Answer show_ready(const Call& call);
[[nodiscard]] Answer show_ledger_health(const Call& call);
[[nodiscard]] Answer show_issuer_health(const Call& call);
[[nodiscard]] Answer show_directory_health(const Call& call);
[[nodiscard]] Answer show_version(const Call& call);
[[nodiscard]] Answer show_contract(const Call& call);

}  // namespace peerlab::gateway
