#include "tests/support/gateway/failing_ledger.h"

#include "ledger/memory/memory_ledger.h"

namespace peerlab::testing_support {
namespace {

Failure gone() {
  return fail(ErrorKind::Unavailable, "the ledger cannot be written or read right now",
              "disk I/O error");
}

}  // namespace

FailingLedger::FailingLedger() : sound_{open_memory_ledger()} {}

Result<AsnGrant> FailingLedger::assign_asn(const Subject& holder, const AsnRange& pool,
                                           Instant now) {
  return answers() ? sound_->assign_asn(holder, pool, now) : gone();
}

Result<LeaseGrant> FailingLedger::lease_prefix(const Subject& holder, const LeaseWindow& window,
                                               const AllocationRules& rules) {
  return answers() ? sound_->lease_prefix(holder, window, rules) : gone();
}

Result<Lease> FailingLedger::revoke(const UserHash& holder, const Prefix48& prefix, Instant now) {
  return answers() ? sound_->revoke(holder, prefix, now) : gone();
}

Result<Holdings> FailingLedger::holdings_of(const UserHash& holder, Instant now) const {
  return answers() ? sound_->holdings_of(holder, now) : gone();
}

Result<HoldingMember> FailingLedger::member_at(const UserHash& holder, Instant now) const {
  return answers() ? sound_->member_at(holder, now) : gone();
}

Result<std::vector<HoldingMember>> FailingLedger::members_at(Instant now) const {
  return answers() ? sound_->members_at(now) : gone();
}

Result<std::uint64_t> FailingLedger::version() const {
  return answers() ? sound_->version() : gone();
}

Result<std::optional<Instant>> FailingLedger::next_change_after(Instant now) const {
  return answers() ? sound_->next_change_after(now) : gone();
}

Result<void> FailingLedger::ping() const { return answers() ? sound_->ping() : gone(); }

}  // namespace peerlab::testing_support
