#pragma once

#include "ledger/oversight.h"
#include "ledger/postgres/pool.h"

namespace peerlab::postgres {

class PostgresOversight final : public Oversight {
 public:
  explicit PostgresOversight(Pool& pool) : pool_{pool} {}

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
  // What such a change left: NotFound where its row says that there is no such member.
  [[nodiscard]] Result<MemberRecord> changed(const Result<Rows>& rows, const UserHash& user,
                                             Instant now) const;
  Pool& pool_;
};

}  // namespace peerlab::postgres
