#include "ledger/postgres/postgres_oversight.h"

#include "base/digest.h"
#include "ledger/line.h"
#include "ledger/postgres/rows.h"

namespace peerlab::postgres {

Result<std::vector<MemberRecord>> PostgresOversight::members(const MemberSearch& wanted,
                                                             std::size_t limit, Instant now) const {
  Values values;
  values.add(seconds_of(now)).add(wanted.user).add(wanted.after);
  wanted.suspended ? values.add(std::string_view{*wanted.suspended ? "true" : "false"})
                   : values.add_null();
  values.add(static_cast<std::int64_t>(limit));
  const Result<Rows> rows = pool_.ask(embedded::postgres_members_page, values, Repeated::Harmless);
  if (!rows) return fail(rows.error());
  Result<std::vector<MemberRow>> members = members_in(*rows);
  if (!members) return fail(members.error());
  std::vector<MemberRecord> records;
  for (MemberRow& member : *members) records.push_back(std::move(member.record));
  return records;
}

Result<MemberRecord> PostgresOversight::member(const UserHash& user, Instant now) const {
  const Result<Rows> rows =
      pool_.ask(embedded::postgres_member_at, Values{}.add(user.text()).add(seconds_of(now)),
                Repeated::Harmless);
  if (!rows) return fail(rows.error());
  Result<std::optional<MemberRow>> found = one_member_in(*rows);
  if (!found) return fail(found.error());
  if (!*found || (*found)->sealed_subject.empty()) return allocation::no_such_member();
  return std::move((*found)->record);
}

Result<MemberRecord> PostgresOversight::changed(const Result<Rows>& rows, const UserHash& user,
                                                Instant now) const {
  if (!rows) return fail(rows.error());
  if (rows->integer(0, 0) == 0) return allocation::no_such_member();
  return member(user, now);
}

// Each is told in the history, so twice is not once.
Result<MemberRecord> PostgresOversight::suspend(const UserHash& user, const std::string& reason,
                                                const std::string& by, Instant now) {
  return changed(pool_.change(embedded::postgres_suspend_member,
                              Values{}.add(user.text()).add(reason).add(by).add(seconds_of(now)),
                              Repeated::Harmful),
                 user, now);
}

Result<MemberRecord> PostgresOversight::resume(const UserHash& user, const std::string& by,
                                               Instant now) {
  return changed(
      pool_.change(embedded::postgres_resume_member,
                   Values{}.add(user.text()).add(by).add(seconds_of(now)), Repeated::Harmless),
      user, now);
}

Result<MemberRecord> PostgresOversight::set_quota(const UserHash& user,
                                                  std::optional<std::uint32_t> leases_max,
                                                  const std::string& by, Instant now) {
  Values values;
  values.add(user.text());
  leases_max ? values.add(std::int64_t{*leases_max}) : values.add_null();
  return changed(pool_.change(embedded::postgres_set_quota, values.add(by).add(seconds_of(now)),
                              Repeated::Harmful),
                 user, now);
}

Result<std::vector<LeaseRecord>> PostgresOversight::leases(std::optional<Prefix48> after,
                                                           std::size_t limit, Instant now) const {
  const Result<Rows> rows = pool_.ask(embedded::postgres_leases_page,
                                      Values{}
                                          .add(seconds_of(now))
                                          .add(after ? number_of(*after) : std::int64_t{-1})
                                          .add(static_cast<std::int64_t>(limit)),
                                      Repeated::Harmless);
  if (!rows) return fail(rows.error());
  std::vector<LeaseRecord> leases;
  for (int row = 0; row < rows->size(); ++row) {
    const Result<UserHash> holder = UserHash::parse(rows->text(row, 0));
    if (!holder) return fail(holder.error());
    const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(rows->integer(row, 2)));
    if (!asn) return fail(asn.error());
    const Result<Lease> lease = lease_in(*rows, row, 4, *holder);
    if (!lease) return fail(lease.error());
    leases.push_back(
        {*lease, static_cast<std::uint64_t>(rows->integer(row, 1)), *asn, !rows->is_null(row, 3)});
  }
  return leases;
}

Result<Lease> PostgresOversight::end_lease(const Prefix48& prefix, const std::string& by,
                                           Instant now) {
  const Result<Rows> rows =
      pool_.change(embedded::postgres_end_lease,
                   Values{}.add(number_of(prefix)).add(by).add(seconds_of(now)), Repeated::Harmful);
  if (!rows) return fail(rows.error());
  if (rows->size() == 0) return allocation::nobody_holds(prefix);
  const Result<UserHash> holder = UserHash::parse(rows->text(0, 5));
  if (!holder) return fail(holder.error());
  return lease_in(*rows, 0, 0, *holder);
}

Result<void> PostgresOversight::forget(const UserHash& user, const std::string& by, Instant now) {
  const Result<Rows> rows =
      pool_.change(embedded::postgres_forget_member,
                   Values{}.add(user.text()).add(random_hex(32)).add(by).add(seconds_of(now)),
                   Repeated::Harmful);
  if (!rows) return fail(rows.error());
  if (rows->integer(0, 0) == 0) return allocation::no_such_member();
  return {};
}

Result<std::optional<Tenure>> PostgresOversight::tenure_of(const Prefix48& prefix,
                                                           Instant at) const {
  const Result<Rows> rows =
      pool_.ask(embedded::postgres_tenure_of, Values{}.add(number_of(prefix)).add(seconds_of(at)),
                Repeated::Harmless);
  if (!rows) return fail(rows.error());
  if (rows->size() == 0) return std::optional<Tenure>{};
  const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(rows->integer(0, 1)));
  if (!asn) return fail(asn.error());
  const auto window = window_in(*rows, 0, 2);
  if (!window) return fail(window.error());
  return Tenure{static_cast<std::uint64_t>(rows->integer(0, 0)), *asn, *window};
}

Result<std::uint64_t> PostgresOversight::waiting_for(const PrefixPool& pool, Instant now) const {
  const Result<Rows> rows =
      pool_.ask(embedded::postgres_waiting_for,
                Values{}.add(line::name_of(pool)).add(seconds_of(now)), Repeated::Harmless);
  if (!rows) return fail(rows.error());
  return static_cast<std::uint64_t>(rows->integer(0, 0));
}

Result<std::vector<PrefixUse>> PostgresOversight::pool_use(Instant since) const {
  const Result<Rows> rows =
      pool_.ask(embedded::postgres_pool_use, Values{}.add(seconds_of(since)), Repeated::Harmless);
  if (!rows) return fail(rows.error());
  std::vector<PrefixUse> use;
  for (int row = 0; row < rows->size(); ++row) {
    use.push_back({prefix_of(rows->integer(row, 0)), instant_of(rows->integer(row, 1))});
  }
  return use;
}

Result<Taken> PostgresOversight::taken(const AsnRange& asns, Instant now) const {
  const Result<Rows> rows = pool_.ask(
      embedded::postgres_taken,
      Values{}.add(std::int64_t{asns.first()}).add(std::int64_t{asns.last()}).add(seconds_of(now)),
      Repeated::Harmless);
  if (!rows) return fail(rows.error());
  return Taken{static_cast<std::uint64_t>(rows->integer(0, 0)),
               static_cast<std::uint64_t>(rows->integer(0, 1))};
}

}  // namespace peerlab::postgres
