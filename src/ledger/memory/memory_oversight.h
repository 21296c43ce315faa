#pragma once

#include "ledger/memory/memory_books.h"

namespace peerlab::memory {

class MemoryOversight final : public Oversight {
 public:
  explicit MemoryOversight(Books& books) : books_{books} {}

  Result<std::vector<MemberRecord>> members(const MemberSearch& wanted, std::size_t limit,
                                            Instant now) const override;
  Result<MemberRecord> member(const UserHash& user, Instant now) const override;
  Result<MemberRecord> suspend(const UserHash& user, const std::string& reason,
                               const std::string& by, Instant now) override;
  Result<MemberRecord> resume(const UserHash& user, const std::string& by, Instant now) override;
  Result<MemberRecord> set_quota(const UserHash& user, std::optional<std::uint32_t> leases_max,
                                 const std::string& by, Instant now) override;
  Result<std::vector<LeaseRecord>> leases(std::optional<Prefix48> after, std::size_t limit,
                                          Instant now) const override;
  Result<Lease> end_lease(const Prefix48& prefix, const std::string& by, Instant now) override;
  Result<void> forget(const UserHash& user, const std::string& by, Instant now) override;
  Result<std::optional<Tenure>> tenure_of(const Prefix48& prefix, Instant at) const override;
  Result<std::uint64_t> waiting_for(const PrefixPool& pool, Instant now) const override;
  Result<std::vector<PrefixUse>> pool_use(Instant since) const override;
  Result<Taken> taken(const AsnRange& asns, Instant now) const override;
  Result<std::size_t> seal_events() override;
  Result<std::vector<SealedEvent>> chain_after(std::uint64_t position,
                                               std::size_t limit) const override;
  Result<Chain> verify_chain() const override;

 private:
  [[nodiscard]] MemberRecord record_of(const Member& member, Instant now) const;
  Books& books_;
};

}  // namespace peerlab::memory
