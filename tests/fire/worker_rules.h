// What the workers share: more members than ASNs are plenty for, and fewer /48s than they may hold.
#pragma once

#include "ledger/ledger.h"
#include "tests/fire/checker.h"

namespace peerlab::fire {

inline constexpr int kMembers = 48;

inline AllocationRules worker_rules() {
  return {.asns = AsnRange::standard(),
          .pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/42")}),  // 64 of them
          .leases_per_member_max = 2};
}

// Of line_worker: few enough that a line is seldom empty.
inline AllocationRules line_rules() {
  return {.asns = AsnRange::standard(),
          .pool = *PrefixPool::make({*Ipv6Prefix::parse("3fff:100::/46")})};
}

inline Promises worker_promises() {
  return {worker_rules().leases_per_member_max, worker_rules().cool_down_floor};
}

}  // namespace peerlab::fire
