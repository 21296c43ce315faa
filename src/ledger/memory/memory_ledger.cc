#include "ledger/memory/memory_ledger.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "ledger/allocation.h"

namespace peerlab {
namespace {

using allocation::UsedPrefix;

struct Member {
  Subject subject;
  Assignment assignment;
};

class MemoryLedger final : public Ledger {
 public:
  Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) override {
    const std::lock_guard lock{mutex_};
    return assign(holder, pool, now);
  }

  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules) override {
    const std::lock_guard lock{mutex_};
    const UserHash user = UserHash::of(holder);
    // One that a faster request began a second later counts too.
    const auto held = std::count_if(leases_.begin(), leases_.end(), [&](const Lease& lease) {
      return lease.holder == user && lease.window.end() > window.begin();
    });
    if (held >= rules.leases_per_member_max) {
      return allocation::quota_reached(rules.leases_per_member_max);
    }
    const Result<Prefix48> prefix = choose(user, rules, window.begin());
    if (!prefix) return fail(prefix.error());
    const Result<AsnGrant> asn = assign(holder, rules.asns, window.begin());
    if (!asn) return fail(asn.error());
    const Lease lease{++last_id_, *prefix, user, window};
    leases_.push_back(lease);
    used_.insert_or_assign(*prefix, UsedPrefix{*prefix, window.end(), user});
    ++version_;
    return LeaseGrant{lease, asn->assignment};
  }

  Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) override {
    const std::lock_guard lock{mutex_};
    const auto found = std::find_if(leases_.begin(), leases_.end(), [&](const Lease& lease) {
      // What was leased since is not ended by a clock that is behind.
      return lease.prefix == prefix && lease.holder == holder && lease.active(now) &&
             used_.at(prefix).free_from == lease.window.end();
    });
    if (found == leases_.end()) return allocation::no_such_lease(prefix);
    Lease lease = *found;
    const Result<LeaseWindow> shortened = LeaseWindow::make(lease.window.begin(), now);
    if (shortened) {
      lease.window = *shortened;
      *found = lease;
    } else {
      leases_.erase(found);
    }
    used_.insert_or_assign(prefix, UsedPrefix{prefix, now, holder});
    ++version_;
    return lease;
  }

  Result<Holdings> holdings_of(const UserHash& holder, Instant now) const override {
    const std::lock_guard lock{mutex_};
    const auto member = members_.find(holder);
    std::optional<Assignment> assignment;
    if (member != members_.end()) assignment = member->second.assignment;
    return Holdings{assignment, in_force(holder, now)};
  }

  Result<HoldingMember> member_at(const UserHash& holder, Instant now) const override {
    const std::lock_guard lock{mutex_};
    const auto member = members_.find(holder);
    if (member == members_.end()) return allocation::no_asn_assigned();
    return HoldingMember{member->second.subject, member->second.assignment, in_force(holder, now)};
  }

  Result<std::vector<HoldingMember>> members_at(Instant now) const override {
    const std::lock_guard lock{mutex_};
    std::vector<HoldingMember> all;
    for (const auto& [holder, member] : members_) {
      all.push_back({member.subject, member.assignment, in_force(holder, now)});
    }
    return all;
  }

  Result<std::uint64_t> version() const override {
    const std::lock_guard lock{mutex_};
    return version_;
  }

  Result<std::optional<Instant>> next_change_after(Instant now) const override {
    const std::lock_guard lock{mutex_};
    std::optional<Instant> next;
    for (const Lease& lease : leases_) {
      for (const Instant edge : {lease.window.begin(), lease.window.end()}) {
        if (edge > now && (!next || edge < *next)) next = edge;
      }
    }
    return next;
  }

  Result<void> ping() const override { return {}; }

 private:
  Result<AsnGrant> assign(const Subject& holder, const AsnRange& pool, Instant now) {
    const UserHash user = UserHash::of(holder);
    if (const auto member = members_.find(user); member != members_.end()) {
      return AsnGrant{member->second.assignment, false};
    }
    for (std::uint64_t number = pool.first(); number <= pool.last(); ++number) {
      const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(number));
      if (!asn || asns_.contains(*asn)) continue;
      const Assignment assignment{user, *asn, now};
      members_.emplace(user, Member{holder, assignment});
      asns_.emplace(*asn, user);
      ++version_;
      return AsnGrant{assignment, true};
    }
    return allocation::asns_exhausted(pool);
  }

  // One's own that nobody else may have yet; never used in pool order; else the longest rested;
  // else one's own; else whatever has rested the floor.
  Result<Prefix48> choose(const UserHash& user, const AllocationRules& rules, Instant now) const {
    for (const UsedPrefix& one : used_in(rules.pool)) {
      if (one.last_holder == user && allocation::only_its_holders(one, rules, now)) {
        return one.prefix;
      }
    }
    if (used_in(rules.pool).size() < rules.pool.size()) {
      for (std::uint64_t i = 0; i < rules.pool.size(); ++i) {
        if (!used_.contains(rules.pool.at(i))) return rules.pool.at(i);
      }
    }
    const std::vector<UsedPrefix> used = used_in(rules.pool);
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
    if (chosen != used.end()) return chosen->prefix;
    std::optional<Instant> next;
    for (const UsedPrefix& one : used) {
      const Instant from = allocation::leasable_from(one, user, rules);
      if (!next || from < *next) next = from;
    }
    return allocation::prefixes_exhausted(next, now);
  }

  // By rest, longest first.
  [[nodiscard]] std::vector<UsedPrefix> used_in(const PrefixPool& pool) const {
    std::vector<UsedPrefix> inside;
    for (const auto& [prefix, used] : used_) {
      if (pool.contains(prefix)) inside.push_back(used);
    }
    std::sort(inside.begin(), inside.end(), [](const UsedPrefix& a, const UsedPrefix& b) {
      return std::tie(a.free_from, a.prefix) < std::tie(b.free_from, b.prefix);
    });
    return inside;
  }

  [[nodiscard]] std::vector<Lease> in_force(const UserHash& holder, Instant now) const {
    std::vector<Lease> active;
    for (const Lease& lease : leases_) {
      if (lease.holder == holder && lease.active(now)) active.push_back(lease);
    }
    std::sort(active.begin(), active.end(),
              [](const Lease& a, const Lease& b) { return a.prefix < b.prefix; });
    return active;
  }

  mutable std::mutex mutex_;
  std::map<UserHash, Member> members_;
  std::map<Asn, UserHash> asns_;
  std::map<Prefix48, UsedPrefix> used_;
  std::vector<Lease> leases_;
  std::uint64_t last_id_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace

std::unique_ptr<Ledger> open_memory_ledger() { return std::make_unique<MemoryLedger>(); }

}  // namespace peerlab
