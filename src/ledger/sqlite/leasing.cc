#include "ledger/sqlite/leasing.h"

#include "ledger/allocation.h"
#include "ledger/sqlite/allocation_queries.h"
#include "ledger/sqlite/events.h"
#include "ledger/sqlite/line.h"
#include "ledger/sqlite/requests.h"
#include "ledger/sqlite/steps.h"

namespace peerlab::sqlite {
namespace {

// What an earlier request of this key got, if there was one.
Result<std::optional<LeaseGrant>> replay(Connection& connection, const Assignment& assignment,
                                         const RequestKey& key, Instant now) {
  const auto kept = kept_request(connection, assignment.holder, key.key, now);
  if (!kept) return fail(kept.error());
  if (!*kept) return std::optional<LeaseGrant>{};
  if ((*kept)->digest != key.digest) return allocation::other_request_of_this_key();
  return LeaseGrant{(*kept)->lease, assignment, true};
}

// Neither suspended nor at its quota.
Result<void> may_lease(Connection& connection, const UserHash& user,
                       const std::optional<MemberRow>& known, std::uint32_t platforms_quota,
                       Instant now) {
  if (known && known->record.suspension) return allocation::suspended(*known->record.suspension);
  const auto held = leases_counted(connection, user, now);
  if (!held) return fail(held.error());
  const std::uint32_t most =
      known ? known->record.leases_max.value_or(platforms_quota) : platforms_quota;
  return *held < most ? Result<void>{} : allocation::quota_reached(most);
}

Result<LeaseOutcome> wait_instead(Connection& connection, const UserHash& user,
                                  const AllocationRules& rules, Instant now) {
  const auto next = next_free(connection, user, rules, now);
  if (!next) return fail(next.error());
  const Result<void> stands = stand_in_line(connection, user, rules, now);
  if (!stands) return fail(stands.error());
  return LeaseOutcome{allocation::prefixes_exhausted(*next, now).value()};
}

}  // namespace

Result<LeaseOutcome> lease(Connection& connection, const Seal& seal, const Subject& holder,
                           const LeaseWindow& window, const AllocationRules& rules,
                           const std::optional<RequestKey>& key) {
  const UserHash user = UserHash::of(holder);
  const Instant now = window.begin();
  const auto known = find_member(connection, user);
  if (!known) return fail(known.error());
  if (key && *known) {
    const auto replayed = replay(connection, (*known)->record.assignment, *key, now);
    if (!replayed) return fail(replayed.error());
    if (*replayed) return LeaseOutcome{**replayed};
  }
  const auto may = may_lease(connection, user, *known, rules.leases_per_member_max, now);
  if (!may) return fail(may.error());
  const auto prefix = choose_prefix(connection, user, rules, now);
  if (!prefix) return fail(prefix.error());
  if (!*prefix) return wait_instead(connection, user, rules, now);
  const Result<MemberRecord> member = *known
                                          ? Result<MemberRecord>{(*known)->record}
                                          : add_member(connection, seal, holder, rules.asns, now);
  if (!member) return fail(member.error());
  const Result<Lease> granted = add_lease(connection, **prefix, user, window);
  if (!granted) return fail(granted.error());
  Result<void> done = tell_and_move(
      connection, new_event(EventKind::Leased, member->number, now, kMemberItself, *granted));
  if (done && key) done = keep_request(connection, *key, *granted);
  if (done) done = leave_all_lines(connection, user);
  if (!done) return fail(done.error());
  return LeaseOutcome{LeaseGrant{*granted, member->assignment}};
}

}  // namespace peerlab::sqlite
