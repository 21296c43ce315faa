#include "ledger/allocation.h"

#include <fmt/format.h>

namespace peerlab::allocation {

std::chrono::seconds rest_of(const AllocationRules& rules) {
  return std::max(rules.cool_down, rules.cool_down_floor);
}

Instant anybodys_from(Instant free_from, const AllocationRules& rules) {
  return free_from + rules.cool_down_floor;
}

bool rested(const UsedPrefix& used, const AllocationRules& rules, Instant now) {
  return used.free_from + rest_of(rules) <= now;
}

Instant leasable_from(const UsedPrefix& used, const UserHash& holder,
                      const AllocationRules& rules) {
  return used.last_holder == holder ? used.free_from : anybodys_from(used.free_from, rules);
}

bool leasable(const UsedPrefix& used, const UserHash& holder, const AllocationRules& rules,
              Instant now) {
  return leasable_from(used, holder, rules) <= now;
}

bool only_its_holders(const UsedPrefix& used, const AllocationRules& rules, Instant now) {
  return used.free_from <= now && now < anybodys_from(used.free_from, rules);
}

Failure quota_reached(std::uint32_t leases_max) {
  if (leases_max == 0) {
    return fail(ErrorKind::QuotaReached, "you may hold no lease: ask the platform's operator");
  }
  return fail(
      ErrorKind::QuotaReached,
      fmt::format("you hold as many leases as you may, {}: revoke one, or wait for one to end",
                  leases_max));
}

Failure suspended(const Suspension& suspension) {
  return fail(ErrorKind::Suspended, fmt::format("an operator suspended you at {}: {}",
                                                rfc3339(suspension.since), suspension.reason));
}

Failure other_request_of_this_key() {
  return fail(ErrorKind::Conflict,
              "this key was used for another request: give each request a key of its own");
}

Failure asns_exhausted(const AsnRange& pool) {
  return fail(ErrorKind::Exhausted,
              fmt::format("every ASN of {} is assigned: ask the platform's operator", pool.text()));
}

Failure prefixes_exhausted(std::optional<Instant> next_free, Instant now) {
  if (!next_free) {
    return fail(ErrorKind::Exhausted, "every /48 is leased: ask the platform's operator");
  }
  Error error{
      ErrorKind::Exhausted,
      fmt::format("every /48 is leased or resting: the next one frees at {}", rfc3339(*next_free))};
  error.retry_after = std::max(*next_free - now, std::chrono::seconds{1});
  return fail(std::move(error));
}

Failure no_such_lease(const Prefix48& prefix) {
  return fail(ErrorKind::NotFound,
              fmt::format("you hold no lease of {} that is in force", prefix.text()));
}

Failure no_such_member() { return fail(ErrorKind::NotFound, "no member of this hash has an ASN"); }

Failure nobody_holds(const Prefix48& prefix) {
  return fail(ErrorKind::NotFound, fmt::format("nobody's lease of {} is in force", prefix.text()));
}

Failure no_asn_assigned() {
  return fail(ErrorKind::NotFound, "this member has no ASN: nothing is announced for it");
}

}  // namespace peerlab::allocation
