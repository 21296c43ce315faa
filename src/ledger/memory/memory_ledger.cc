#include "ledger/memory/memory_ledger.h"

#include <algorithm>

#include "ledger/ledger_at_once.h"
#include "ledger/line.h"
#include "ledger/memory/memory_oversight.h"

namespace peerlab {
namespace {

using allocation::UsedPrefix;
using memory::Books;
using memory::KeptRequest;
using memory::Member;
using memory::Waiting;

class MemoryLedger final : public LedgerAtOnce {
 public:
  using Ledger::lease_prefix;

  Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) override {
    const std::lock_guard lock{books_.mutex};
    return assign(holder, pool, now);
  }

  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules,
                                  const std::optional<RequestKey>& key) override {
    const std::lock_guard lock{books_.mutex};
    const UserHash user = UserHash::of(holder);
    if (const KeptRequest* kept = key ? kept_request(user, *key, window.begin()) : nullptr) {
      if (kept->digest != key->digest) return allocation::other_request_of_this_key();
      return LeaseGrant{kept->lease, books_.find(user)->assignment, true};
    }
    const Member* known = books_.find(user);
    if (known != nullptr && known->suspension) return allocation::suspended(*known->suspension);
    // One that a faster request began a second later counts too.
    const auto held =
        std::count_if(books_.leases.begin(), books_.leases.end(), [&](const Lease& lease) {
          return lease.holder == user && lease.window.end() > window.begin();
        });
    const std::uint32_t most =
        known != nullptr && known->leases_max ? *known->leases_max : rules.leases_per_member_max;
    if (held >= most) return allocation::quota_reached(most);
    const std::optional<Prefix48> prefix = choose(user, rules, window.begin());
    if (!prefix) {
      stand_in_line(user, rules, window.begin());
      return allocation::prefixes_exhausted(next_free(user, rules, window.begin()), window.begin());
    }
    const Result<AsnGrant> asn = assign(holder, rules.asns, window.begin());
    if (!asn) return fail(asn.error());
    const Lease lease{++books_.last_lease, *prefix, user, window};
    books_.leases.push_back(lease);
    books_.used.insert_or_assign(*prefix, UsedPrefix{*prefix, window.end(), user});
    books_.tell(EventKind::Leased, *books_.find(user), window.begin(), actor(), &lease);
    if (key) books_.requests.insert_or_assign({user, key->key}, KeptRequest{key->digest, lease});
    books_.leave_all_lines(user);
    ++books_.version;
    return LeaseGrant{lease, asn->assignment};
  }

  Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) override {
    const std::lock_guard lock{books_.mutex};
    const Result<Lease*> lease = held(holder, prefix, now);
    if (!lease) return fail(lease.error());
    const Lease closed = books_.close(**lease, now);
    books_.tell(EventKind::Revoked, *books_.find(holder), now, actor(), &closed);
    return closed;
  }

  Result<Lease> renew(const UserHash& holder, const Prefix48& prefix, Instant end,
                      Instant now) override {
    const std::lock_guard lock{books_.mutex};
    const Result<Lease*> lease = changeable(holder, prefix, now);
    if (!lease) return fail(lease.error());
    Lease& renewed = **lease;
    if (end <= renewed.window.end()) return renewed;
    renewed.window = *LeaseWindow::make(renewed.window.begin(), end);
    books_.used.insert_or_assign(prefix, UsedPrefix{prefix, end, holder});
    books_.tell(EventKind::Renewed, *books_.find(holder), now, actor(), &renewed);
    ++books_.version;
    return renewed;
  }

  Result<RpkiSwitch> switch_rpki(const UserHash& holder, const Prefix48& prefix, bool on,
                                 Instant now) override {
    const std::lock_guard lock{books_.mutex};
    const Result<Lease*> lease = changeable(holder, prefix, now);
    if (!lease) return fail(lease.error());
    Lease& switched = **lease;
    if (switched.rpki == on) return RpkiSwitch{switched, false};
    switched.rpki = on;
    books_.tell(EventKind::RpkiSwitched, *books_.find(holder), now, actor(), &switched,
                on ? "on" : "off");
    ++books_.version;
    return RpkiSwitch{switched, true};
  }

  Result<std::vector<Event>> events_of(const UserHash& holder, std::optional<std::uint64_t> before,
                                       std::size_t limit) const override {
    const std::lock_guard lock{books_.mutex};
    std::vector<Event> own;
    const Member* member = books_.find(holder);
    if (member == nullptr) return own;
    for (auto event = books_.events.rbegin(); event != books_.events.rend(); ++event) {
      if (event->member != member->number || (before && event->id >= *before)) continue;
      if (own.size() == limit) break;
      own.push_back(*event);
    }
    return own;
  }

  Result<std::optional<Place>> place_of(const UserHash& holder, const AllocationRules& rules,
                                        Instant now) const override {
    const std::lock_guard lock{books_.mutex};
    const std::vector<Waiting> line = books_.line_of(rules.pool, now);
    const auto own = std::ranges::find(line, holder, &Waiting::holder);
    if (own == line.end()) return std::optional<Place>{};
    return Place{static_cast<std::uint64_t>(own - line.begin()) + 1, line.size(), own->since,
                 own->kept_until, turn_of(holder, rules, now)};
  }

  Result<std::vector<HoldingMember>> members_at(Instant now) const override {
    const std::lock_guard lock{books_.mutex};
    std::vector<HoldingMember> all;
    for (const auto& [holder, member] : books_.members) {
      if (member.subject) all.push_back(seen_by_routers(member, now));
    }
    return all;
  }

  Result<std::uint64_t> version() const override {
    const std::lock_guard lock{books_.mutex};
    return books_.version;
  }

  Result<std::optional<Instant>> next_change_after(Instant now) const override {
    const std::lock_guard lock{books_.mutex};
    std::optional<Instant> next;
    for (const Lease& lease : books_.leases) {
      for (const Instant edge : {lease.window.begin(), lease.window.end()}) {
        if (edge > now && (!next || edge < *next)) next = edge;
      }
    }
    return next;
  }

  Oversight& oversight() override { return oversight_; }

  Result<void> ping() const override { return {}; }

 private:
  Result<Holdings> holdings(const UserHash& holder, Instant now) const override {
    const std::lock_guard lock{books_.mutex};
    const bool waits = std::ranges::any_of(books_.waiting, [&](const Waiting& one) {
      return one.holder == holder && one.kept_until > now;
    });
    const Member* member = books_.find(holder);
    if (member == nullptr) return Holdings{{}, {}, {}, {}, waits};
    return Holdings{member->assignment, books_.in_force(holder, now), member->leases_max,
                    member->suspension, waits};
  }

  Result<std::optional<Assignment>> assignment(const UserHash& holder) const override {
    const std::lock_guard lock{books_.mutex};
    const Member* member = books_.find(holder);
    return member == nullptr ? std::optional<Assignment>{} : member->assignment;
  }

  Result<HoldingMember> member(const UserHash& holder, Instant now) const override {
    const std::lock_guard lock{books_.mutex};
    const Member* member = books_.find(holder);
    if (member == nullptr || !member->subject) return allocation::no_asn_assigned();
    return seen_by_routers(*member, now);
  }

  static std::string actor() { return std::string{kMemberItself}; }

  const KeptRequest* kept_request(const UserHash& user, const RequestKey& key, Instant now) {
    std::erase_if(books_.requests, [&](const auto& kept) {
      return kept.second.lease.window.begin() + kKeyKept <= now;
    });
    const auto kept = books_.requests.find({user, key.key});
    return kept == books_.requests.end() ? nullptr : &kept->second;
  }

  Result<Lease*> held(const UserHash& holder, const Prefix48& prefix, Instant now) {
    Lease* lease = books_.lease_in_force(prefix, now);
    // What was leased since is not ended by a clock that is behind.
    const bool last = lease != nullptr && books_.used.at(prefix).free_from == lease->window.end();
    if (!last || lease->holder != holder) return allocation::no_such_lease(prefix);
    return lease;
  }

  Result<Lease*> changeable(const UserHash& holder, const Prefix48& prefix, Instant now) {
    const Member* member = books_.find(holder);
    if (member != nullptr && member->suspension) return allocation::suspended(*member->suspension);
    return held(holder, prefix, now);
  }

  HoldingMember seen_by_routers(const Member& member, Instant now) const {
    const UserHash& holder = member.assignment.holder;
    return {*member.subject, member.assignment,
            member.suspension ? std::vector<Lease>{} : books_.in_force(holder, now)};
  }

  Result<AsnGrant> assign(const Subject& holder, const AsnRange& pool, Instant now) {
    const UserHash user = UserHash::of(holder);
    if (const Member* member = books_.find(user)) return AsnGrant{member->assignment, false};
    for (std::uint64_t number = pool.first(); number <= pool.last(); ++number) {
      const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(number));
      if (!asn || books_.asns.contains(*asn)) continue;
      const Assignment assignment{user, *asn, now};
      const Member member{books_.members.size() + 1, holder, assignment};
      books_.members.emplace(user, member);
      books_.asns.emplace(*asn, user);
      books_.tell(EventKind::AsnAssigned, member, now, actor());
      ++books_.version;
      return AsnGrant{assignment, true};
    }
    return allocation::asns_exhausted(pool);
  }

  // One's own that nobody else may have yet; never used in pool order; else what the line leaves,
  // or where it is empty the longest rested, one's own, whatever has rested the floor.
  std::optional<Prefix48> choose(const UserHash& user, const AllocationRules& rules,
                                 Instant now) const {
    for (const UsedPrefix& one : books_.used_in(rules.pool)) {
      if (one.last_holder == user && allocation::only_its_holders(one, rules, now)) {
        return one.prefix;
      }
    }
    if (books_.used_in(rules.pool).size() < rules.pool.size()) {
      for (std::uint64_t i = 0; i < rules.pool.size(); ++i) {
        if (!books_.used.contains(rules.pool.at(i))) return rules.pool.at(i);
      }
    }
    const std::vector<UsedPrefix> used = books_.used_in(rules.pool);
    if (const std::uint64_t ahead = ahead_of(user, rules.pool, now); ahead > 0) {
      return line::choose(used, ahead, rules, now);
    }
    const auto first = [&](const auto& fits) {
      return std::find_if(used.begin(), used.end(), fits);
    };
    auto chosen = first([&](const UsedPrefix& one) { return allocation::rested(one, rules, now); });
    if (chosen == used.end()) {
      chosen = first([&](const UsedPrefix& one) {
        return one.last_holder == user && allocation::leasable(one, user, rules, now);
      });
    }
    if (chosen == used.end()) {
      chosen =
          first([&](const UsedPrefix& one) { return allocation::leasable(one, user, rules, now); });
    }
    return chosen == used.end() ? std::nullopt : std::optional{chosen->prefix};
  }

  // When asking may help: one frees for this member, or is kept no longer for those ahead.
  std::optional<Instant> next_free(const UserHash& user, const AllocationRules& rules,
                                   Instant now) const {
    std::optional<Instant> next;
    for (const UsedPrefix& one : books_.used_in(rules.pool)) {
      Instant from = allocation::leasable_from(one, user, rules);
      if (from <= now) from = line::kept_no_longer_from(one.free_from, rules);
      if (!next || from < *next) next = from;
    }
    return next;
  }

  // In the pool's line; for a member that is not in it, everybody.
  std::uint64_t ahead_of(const UserHash& user, const PrefixPool& pool, Instant now) const {
    const std::vector<Waiting> line = books_.line_of(pool, now);
    return static_cast<std::uint64_t>(std::ranges::find(line, user, &Waiting::holder) -
                                      line.begin());
  }

  std::optional<Instant> turn_of(const UserHash& user, const AllocationRules& rules,
                                 Instant now) const {
    const std::vector<UsedPrefix> used = books_.used_in(rules.pool);
    std::optional<Instant> own;
    for (const UsedPrefix& one : used) {
      if (own || one.last_holder != user) continue;
      if (allocation::anybodys_from(one.free_from, rules) > now) own = one.free_from;
    }
    return line::expected_turn(used, ahead_of(user, rules.pool, now), own, rules, now);
  }

  void stand_in_line(const UserHash& user, const AllocationRules& rules, Instant now) {
    std::erase_if(books_.waiting, [&](const Waiting& one) { return one.kept_until <= now; });
    const Instant until = line::kept_until(turn_of(user, rules, now), now);
    const std::string line = line::name_of(rules.pool);
    const auto own = std::ranges::find_if(
        books_.waiting, [&](const Waiting& one) { return one.holder == user && one.line == line; });
    if (own == books_.waiting.end()) {
      books_.waiting.push_back({user, line, now, until});
    } else {
      own->kept_until = std::max(own->kept_until, until);
    }
  }

  Books books_;
  memory::MemoryOversight oversight_{books_};
};

}  // namespace

std::unique_ptr<Ledger> open_memory_ledger() { return std::make_unique<MemoryLedger>(); }

}  // namespace peerlab
