// Faults without mocks: a real ledger that stops answering when told to (STYLE.md 7).
#pragma once

#include <atomic>
#include <memory>

#include "ledger/ledger.h"

namespace peerlab::testing_support {

// The memory ledger; once broken, each verb says Unavailable and does nothing.
class FailingLedger final : public Ledger {
 public:
  FailingLedger();
  ~FailingLedger() override;

  static constexpr int kNever = 1'000'000'000;
  // So many verbs still answer, and none after them; kNever mends it.
  void break_after(int verbs) { left_ = verbs; }
  [[nodiscard]] bool broke() const { return left_ < 0; }  // did a verb fail since then?

  Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) override;
  using Ledger::lease_prefix;
  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules,
                                  const std::optional<RequestKey>& key) override;
  Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) override;
  Result<Lease> renew(const UserHash& holder, const Prefix48& prefix, Instant end,
                      Instant now) override;
  Result<RpkiSwitch> switch_rpki(const UserHash& holder, const Prefix48& prefix, bool on,
                                 Instant now) override;
  Result<std::vector<Event>> events_of(const UserHash& holder, std::optional<std::uint64_t> before,
                                       std::size_t limit) const override;
  void tell_holdings(const UserHash& holder, Instant now, Told<Holdings> told) const override;
  void tell_assignment(const UserHash& holder, Told<std::optional<Assignment>> told) const override;
  void tell_member(const UserHash& holder, Instant now, Told<HoldingMember> told) const override;
  Result<std::optional<Place>> place_of(const UserHash& holder, const AllocationRules& rules,
                                        Instant now) const override;
  Result<std::vector<HoldingMember>> members_at(Instant now) const override;
  Result<std::uint64_t> version() const override;
  Result<std::optional<Instant>> next_change_after(Instant now) const override;
  Oversight& oversight() override { return *oversight_; }
  Result<void> ping() const override;

 private:
  class FailingOversight;
  [[nodiscard]] bool answers() const { return left_-- > 0; }
  std::unique_ptr<Ledger> sound_;
  std::unique_ptr<Oversight> oversight_;
  mutable std::atomic<int> left_{kNever};
};

}  // namespace peerlab::testing_support
