#include "tests/support/gateway/failing_ledger.h"

#include "ledger/memory/memory_ledger.h"

namespace peerlab::testing_support {
namespace {

Failure gone() {
  return fail(ErrorKind::Unavailable, "the ledger cannot be written or read right now",
              "disk I/O error");
}

}  // namespace

class FailingLedger::FailingOversight final : public Oversight {
 public:
  explicit FailingOversight(const FailingLedger& ledger)
      : ledger_{ledger}, sound_{ledger.sound_->oversight()} {}

  Result<std::vector<MemberRecord>> members(const MemberSearch& wanted, std::size_t limit,
                                            Instant now) const override {
    return ledger_.answers() ? sound_.members(wanted, limit, now) : gone();
  }
  Result<std::vector<LeaseRecord>> leases(std::optional<Prefix48> after, std::size_t limit,
                                          Instant now) const override {
    return ledger_.answers() ? sound_.leases(after, limit, now) : gone();
  }
  Result<MemberRecord> member(const UserHash& user, Instant now) const override {
    return ledger_.answers() ? sound_.member(user, now) : gone();
  }
  Result<MemberRecord> suspend(const UserHash& user, const std::string& reason,
                               const std::string& by, Instant now) override {
    return ledger_.answers() ? sound_.suspend(user, reason, by, now) : gone();
  }
  Result<MemberRecord> resume(const UserHash& user, const std::string& by, Instant now) override {
    return ledger_.answers() ? sound_.resume(user, by, now) : gone();
  }
  Result<MemberRecord> set_quota(const UserHash& user, std::optional<std::uint32_t> leases_max,
                                 const std::string& by, Instant now) override {
    return ledger_.answers() ? sound_.set_quota(user, leases_max, by, now) : gone();
  }
  Result<Lease> end_lease(const Prefix48& prefix, const std::string& by, Instant now) override {
    return ledger_.answers() ? sound_.end_lease(prefix, by, now) : gone();
  }
  Result<void> forget(const UserHash& user, const std::string& by, Instant now) override {
    return ledger_.answers() ? sound_.forget(user, by, now) : gone();
  }
  Result<std::optional<Tenure>> tenure_of(const Prefix48& prefix, Instant at) const override {
    return ledger_.answers() ? sound_.tenure_of(prefix, at) : gone();
  }
  Result<std::uint64_t> waiting_for(const PrefixPool& pool, Instant now) const override {
    return ledger_.answers() ? sound_.waiting_for(pool, now) : gone();
  }
  Result<std::vector<PrefixUse>> pool_use(Instant since) const override {
    return ledger_.answers() ? sound_.pool_use(since) : gone();
  }
  Result<Taken> taken(const AsnRange& asns, Instant now) const override {
    return ledger_.answers() ? sound_.taken(asns, now) : gone();
  }
  Result<std::size_t> seal_events() override {
    return ledger_.answers() ? sound_.seal_events() : gone();
  }
  Result<std::vector<SealedEvent>> chain_after(std::uint64_t position,
                                               std::size_t limit) const override {
    return ledger_.answers() ? sound_.chain_after(position, limit) : gone();
  }
  Result<Chain> verify_chain() const override {
    return ledger_.answers() ? sound_.verify_chain() : gone();
  }

 private:
  const FailingLedger& ledger_;
  Oversight& sound_;
};

FailingLedger::FailingLedger()
    : sound_{open_memory_ledger()}, oversight_{std::make_unique<FailingOversight>(*this)} {}
FailingLedger::~FailingLedger() = default;

Result<AsnGrant> FailingLedger::assign_asn(const Subject& holder, const AsnRange& pool,
                                           Instant now) {
  return answers() ? sound_->assign_asn(holder, pool, now) : gone();
}

Result<LeaseGrant> FailingLedger::lease_prefix(const Subject& holder, const LeaseWindow& window,
                                               const AllocationRules& rules,
                                               const std::optional<RequestKey>& key) {
  return answers() ? sound_->lease_prefix(holder, window, rules, key) : gone();
}

Result<Lease> FailingLedger::renew(const UserHash& holder, const Prefix48& prefix, Instant end,
                                   Instant now) {
  return answers() ? sound_->renew(holder, prefix, end, now) : gone();
}

Result<RpkiSwitch> FailingLedger::switch_rpki(const UserHash& holder, const Prefix48& prefix,
                                              bool on, Instant now) {
  return answers() ? sound_->switch_rpki(holder, prefix, on, now) : gone();
}

Result<std::vector<Event>> FailingLedger::events_of(const UserHash& holder,
                                                    std::optional<std::uint64_t> before,
                                                    std::size_t limit) const {
  return answers() ? sound_->events_of(holder, before, limit) : gone();
}

Result<Lease> FailingLedger::revoke(const UserHash& holder, const Prefix48& prefix, Instant now) {
  return answers() ? sound_->revoke(holder, prefix, now) : gone();
}

void FailingLedger::tell_holdings(const UserHash& holder, Instant now, Told<Holdings> told) const {
  answers() ? sound_->tell_holdings(holder, now, std::move(told)) : told(gone());
}

void FailingLedger::tell_assignment(const UserHash& holder,
                                    Told<std::optional<Assignment>> told) const {
  answers() ? sound_->tell_assignment(holder, std::move(told)) : told(gone());
}

void FailingLedger::tell_member(const UserHash& holder, Instant now,
                                Told<HoldingMember> told) const {
  answers() ? sound_->tell_member(holder, now, std::move(told)) : told(gone());
}

Result<std::optional<Place>> FailingLedger::place_of(const UserHash& holder,
                                                     const AllocationRules& rules,
                                                     Instant now) const {
  return answers() ? sound_->place_of(holder, rules, now) : gone();
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
