#include "ledger/memory/memory_oversight.h"

#include <algorithm>

#include "base/digest.h"

namespace peerlab::memory {

using Lock = std::lock_guard<std::mutex>;

namespace {

bool is_meant(const Member& member, const MemberSearch& wanted) {
  const std::string& user = member.assignment.holder.text();
  return (!wanted.suspended || *wanted.suspended == member.suspension.has_value()) &&
         user.starts_with(wanted.user) && user > wanted.after;
}

}  // namespace

MemberRecord MemoryOversight::record_of(const Member& member, Instant now) const {
  return {member.number, member.assignment, member.leases_max, member.suspension,
          books_.in_force(member.assignment.holder, now)};
}

Result<std::vector<MemberRecord>> MemoryOversight::members(const MemberSearch& wanted,
                                                           std::size_t limit, Instant now) const {
  const Lock lock{books_.mutex};
  std::vector<MemberRecord> page;
  for (const auto& [user, member] : books_.members) {
    if (page.size() == limit) break;
    if (member.subject && is_meant(member, wanted)) page.push_back(record_of(member, now));
  }
  return page;
}

Result<MemberRecord> MemoryOversight::member(const UserHash& user, Instant now) const {
  const Lock lock{books_.mutex};
  const Member* member = std::as_const(books_).find(user);
  if (member == nullptr || !member->subject) return allocation::no_such_member();
  return record_of(*member, now);
}

Result<MemberRecord> MemoryOversight::suspend(const UserHash& user, const std::string& reason,
                                              const std::string& by, Instant now) {
  const Lock lock{books_.mutex};
  Member* member = books_.find(user);
  if (member == nullptr) return allocation::no_such_member();
  member->suspension = {member->suspension ? member->suspension->since : now, reason};
  books_.leave_all_lines(user);
  books_.tell(EventKind::Suspended, *member, now, by, nullptr, reason);
  ++books_.version;
  return record_of(*member, now);
}

Result<MemberRecord> MemoryOversight::resume(const UserHash& user, const std::string& by,
                                             Instant now) {
  const Lock lock{books_.mutex};
  Member* member = books_.find(user);
  if (member == nullptr) return allocation::no_such_member();
  if (member->suspension) {
    member->suspension.reset();
    books_.tell(EventKind::Resumed, *member, now, by);
    ++books_.version;
  }
  return record_of(*member, now);
}

Result<MemberRecord> MemoryOversight::set_quota(const UserHash& user,
                                                std::optional<std::uint32_t> leases_max,
                                                const std::string& by, Instant now) {
  const Lock lock{books_.mutex};
  Member* member = books_.find(user);
  if (member == nullptr) return allocation::no_such_member();
  member->leases_max = leases_max;
  books_.tell(EventKind::QuotaSet, *member, now, by, nullptr,
              leases_max ? std::to_string(*leases_max) : "default");
  ++books_.version;
  return record_of(*member, now);
}

Result<std::vector<LeaseRecord>> MemoryOversight::leases(std::optional<Prefix48> after,
                                                         std::size_t limit, Instant now) const {
  const Lock lock{books_.mutex};
  std::vector<LeaseRecord> page;
  for (const Lease& lease : books_.leases) {
    if (!lease.active(now) || (after && lease.prefix <= *after)) continue;
    const Member& member = *std::as_const(books_).find(lease.holder);
    page.push_back({lease, member.number, member.assignment.asn, member.suspension.has_value()});
  }
  std::ranges::sort(page, {}, [](const LeaseRecord& one) { return one.lease.prefix; });
  page.erase(page.begin() + static_cast<std::ptrdiff_t>(std::min(limit, page.size())), page.end());
  return page;
}

Result<Lease> MemoryOversight::end_lease(const Prefix48& prefix, const std::string& by,
                                         Instant now) {
  const Lock lock{books_.mutex};
  Lease* lease = books_.lease_in_force(prefix, now);
  if (lease == nullptr) return allocation::nobody_holds(prefix);
  const Lease closed = books_.close(*lease, now);
  books_.tell(EventKind::LeaseEnded, *books_.find(closed.holder), now, by, &closed);
  return closed;
}

Result<void> MemoryOversight::forget(const UserHash& user, const std::string& by, Instant now) {
  const Lock lock{books_.mutex};
  books_.leave_all_lines(user);
  if (books_.find(user) == nullptr) return allocation::no_such_member();
  for (const Lease& held : books_.in_force(user, now)) {
    const Lease closed = books_.close(*books_.lease_in_force(held.prefix, now), now);
    books_.tell(EventKind::LeaseEnded, *books_.find(user), now, by, &closed);
  }
  const UserHash nobody = *UserHash::parse(random_hex(32));
  auto row = books_.members.extract(user);
  Member& member = row.mapped();
  row.key() = nobody;
  member.subject.reset();
  member.assignment.holder = nobody;
  member.suspension.reset();
  books_.tell(EventKind::Forgotten, member, now, by);
  books_.asns.insert_or_assign(member.assignment.asn, nobody);
  books_.members.insert(std::move(row));
  for (Lease& lease : books_.leases) {
    if (lease.holder == user) lease.holder = nobody;
  }
  for (auto& [prefix, used] : books_.used) {
    if (used.last_holder == user) used.last_holder = nobody;
  }
  std::erase_if(books_.requests, [&](const auto& kept) { return kept.first.first == user; });
  ++books_.version;
  return {};
}

Result<std::optional<Tenure>> MemoryOversight::tenure_of(const Prefix48& prefix, Instant at) const {
  const Lock lock{books_.mutex};
  const Lease* lease = books_.lease_in_force(prefix, at);
  if (lease == nullptr) return std::optional<Tenure>{};
  const Member& member = *books_.find(lease->holder);
  return Tenure{member.number, member.assignment.asn, lease->window};
}

Result<std::uint64_t> MemoryOversight::waiting_for(const PrefixPool& pool, Instant now) const {
  const Lock lock{books_.mutex};
  return books_.line_of(pool, now).size();
}

Result<std::vector<PrefixUse>> MemoryOversight::pool_use(Instant since) const {
  const Lock lock{books_.mutex};
  std::vector<PrefixUse> use;
  for (const auto& [prefix, used] : books_.used) {
    if (used.free_from > since) use.push_back({prefix, used.free_from});
  }
  return use;
}

Result<Taken> MemoryOversight::taken(const AsnRange& asns, Instant now) const {
  const Lock lock{books_.mutex};
  const auto assigned =
      std::ranges::count_if(books_.asns, [&](const auto& one) { return asns.contains(one.first); });
  const auto leased = std::ranges::count_if(
      books_.used, [&](const auto& one) { return one.second.free_from > now; });
  return Taken{static_cast<std::uint64_t>(assigned), static_cast<std::uint64_t>(leased)};
}

Result<std::size_t> MemoryOversight::seal_events() {
  const Lock lock{books_.mutex};
  const std::size_t before = books_.chain.size();
  for (std::size_t i = before; i < books_.events.size(); ++i) {
    const std::string previous = i == 0 ? first_link() : books_.chain.back().link;
    books_.chain.push_back({i + 1, books_.events[i], link_of(previous, books_.events[i])});
  }
  return books_.chain.size() - before;
}

Result<std::vector<SealedEvent>> MemoryOversight::chain_after(std::uint64_t position,
                                                              std::size_t limit) const {
  const Lock lock{books_.mutex};
  std::vector<SealedEvent> some;
  for (std::size_t i = position; i < books_.chain.size() && some.size() < limit; ++i) {
    some.push_back(books_.chain[i]);
  }
  return some;
}

Result<Chain> MemoryOversight::verify_chain() const {
  const Lock lock{books_.mutex};
  Chain chain;
  for (const SealedEvent& sealed : books_.chain) {
    chain.follow(sealed.position, sealed.link, canonical(sealed.event));
  }
  return chain;
}

}  // namespace peerlab::memory
