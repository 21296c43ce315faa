#include "tests/fire/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>

namespace peerlab::fire {
namespace {

bool may_be_at(const Operation& operation, Instant instant) {
  return operation.earliest <= instant && instant <= operation.latest;
}

// Of those that may explain the instant, the one that can explain the fewest later ones.  It is
// taken out.
const Operation* take(std::vector<const Operation*>& operations,
                      const std::function<bool(const Operation&)>& explains) {
  auto best = operations.end();
  for (auto one = operations.begin(); one != operations.end(); ++one) {
    if (!explains(**one)) continue;
    const auto reach = [](const Operation* of) { return std::tie(of->latest, of->ended); };
    if (best == operations.end() || reach(*one) < reach(*best)) best = one;
  }
  if (best == operations.end()) return nullptr;
  const Operation* const taken = *best;
  operations.erase(best);
  return taken;
}

std::string text_of(const Prefix48& prefix, Instant begin, Instant end) {
  return fmt::format("{} [{}, {})", prefix.text(), begin.time_since_epoch().count(),
                     end.time_since_epoch().count());
}

class Settlement {
 public:
  Settlement(const std::string& member, Account& account, std::vector<StoredLease> rows,
             std::vector<std::string>& faults)
      : member_{member}, account_{account}, rows_{std::move(rows)}, faults_{faults} {
    std::sort(rows_.begin(), rows_.end(),
              [](const auto& a, const auto& b) { return a.begin < b.begin; });
  }

  void run() {
    // The last first: of those given in one second only the last can still be there.
    std::sort(account_.operations.begin(), account_.operations.end(),
              [](const auto* a, const auto* b) { return a->started > b->started; });
    for (const Operation* one : account_.operations) {
      if (one->verb == Verb::Lease && one->outcome == Outcome::Unknown) {
        account_.traceless.push_back(one);
      }
    }
    for (const Operation* one : account_.operations) {
      if (one->verb == Verb::Lease && one->outcome == Outcome::Done) grant_acknowledged(*one);
    }
    for (const StoredLease& row : rows_) grant_unacknowledged(row);
    settle_revokes();
  }

 private:
  void fault(const std::string& text) { faults_.push_back(member_ + ": " + text); }

  void grant_acknowledged(const Operation& lease) {
    if (lease.leases.size() != 1) return fault("was told of no lease by " + fire::text_of(lease));
    const Told& told = lease.leases.front();
    const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const StoredLease& stored) {
      if (stored.prefix != told.prefix || stored.begin != told.window.begin()) return false;
      // A longer one may be of another lease of that second, of which nobody was told.
      return stored.end <= told.window.end() || !may_be_unacknowledged(stored);
    });
    const Instant begin = told.window.begin();
    Grant grant{&lease, told.prefix, begin, told.window.end(), begin};
    if (row != rows_.end()) {
      grant.end = row->end;
      rows_.erase(row);
      if (grant.end > grant.promised_end) {
        fault(fmt::format("stands until {} after {}", grant.end.time_since_epoch().count(),
                          fire::text_of(lease)));
      }
    }
    account_.grants.push_back(grant);
  }

  static bool may_have_given(const Operation& lease, const StoredLease& row) {
    return may_be_at(lease, row.begin) && row.end <= row.begin + lease.length;
  }

  [[nodiscard]] bool may_be_unacknowledged(const StoredLease& row) const {
    return std::any_of(account_.traceless.begin(), account_.traceless.end(),
                       [&](const Operation* lease) { return may_have_given(*lease, row); });
  }

  void grant_unacknowledged(const StoredLease& row) {
    const Operation* const by = take(
        account_.traceless, [&](const Operation& lease) { return may_have_given(lease, row); });
    if (by == nullptr) {
      return fault("no operation explains " + text_of(row.prefix, row.begin, row.end));
    }
    account_.grants.push_back({by, row.prefix, row.begin, row.begin + by->length, row.end});
  }

  void settle_revokes() {
    std::vector<const Operation*> done, unknown;
    for (const Operation* one : account_.operations) {
      if (one->verb != Verb::Revoke) continue;
      if (one->outcome == Outcome::Done) done.push_back(one);
      if (one->outcome == Outcome::Unknown) unknown.push_back(one);
    }
    std::sort(account_.grants.begin(), account_.grants.end(), [](const Grant& a, const Grant& b) {
      return std::tie(a.end, a.by->started) < std::tie(b.end, b.by->started);
    });
    for (Grant& grant : account_.grants) {
      if (!grant.was_closed()) continue;
      const auto closes = [&](const Operation& revoke) {
        return revoke.prefix == grant.prefix && may_be_at(revoke, grant.end) &&
               revoke.ended > grant.by->started && !leased_again(grant, revoke.started);
      };
      grant.revoked_by = take(done, closes);
      if (grant.revoked_by == nullptr) grant.revoked_by = take(unknown, closes);
      if (grant.revoked_by == nullptr) {
        fault(fmt::format("{} ended at {}, and nobody revoked it then",
                          text_of(grant.prefix, grant.begin, grant.promised_end),
                          grant.end.time_since_epoch().count()));
      }
    }
    for (const Operation* revoke : done) {
      if (!may_have_taken_effect(*revoke)) fault("took no effect: " + fire::text_of(*revoke));
    }
  }

  // Had it been given again by then, so that it was closed already?
  bool leased_again(const Grant& grant, Nanoseconds then) const {
    return std::any_of(account_.grants.begin(), account_.grants.end(), [&](const Grant& other) {
      return other.prefix == grant.prefix && other.by->outcome == Outcome::Done &&
             other.by->started > grant.by->ended && other.by->ended <= then;
    });
  }

  // Of two at once both may be acknowledged: the one of the earlier instant has the last word.  And
  // what is there may be of a lease of unknown outcome that came in the same second, or it is one
  // that was revoked in its first.
  bool may_have_taken_effect(const Operation& revoke) const {
    const bool met_another =
        std::any_of(account_.grants.begin(), account_.grants.end(), [&](const Grant& grant) {
          return grant.prefix == revoke.prefix && grant.revoked_by != nullptr &&
                 grant.end <= revoke.latest && grant.revoked_by->ended > revoke.started;
        });
    return met_another ||
           std::any_of(account_.traceless.begin(), account_.traceless.end(),
                       [&](const Operation* lease) { return lease->earliest <= revoke.latest; });
  }

  const std::string& member_;
  Account& account_;
  std::vector<StoredLease> rows_;  // that are not explained yet
  std::vector<std::string>& faults_;
};

}  // namespace

std::string text_of(const Operation& operation) {
  std::string text = fmt::format("{} at {}", name_of(operation.verb),
                                 operation.earliest.time_since_epoch().count());
  if (operation.prefix) text += " of " + operation.prefix->text();
  for (const Told& told : operation.leases) {
    text += " -> " + text_of(told.prefix, told.window.begin(), told.window.end());
  }
  if (!operation.reason.empty()) text += " (" + operation.reason + ")";
  return text;
}

Accounts settle(const std::vector<Operation>& history, const LedgerState& state) {
  Accounts accounts;
  for (const Operation& one : history) accounts.by_member[one.member].operations.push_back(&one);
  std::map<UserHash, std::vector<StoredLease>> rows;
  for (const StoredLease& row : state.leases) rows[row.holder].push_back(row);
  for (auto& [member, account] : accounts.by_member) {
    const auto own = rows.find(UserHash::of(subject_of(member)));
    Settlement{member, account,
               own == rows.end() ? std::vector<StoredLease>{} : std::move(own->second),
               accounts.faults}
        .run();
    if (own != rows.end()) rows.erase(own);
  }
  for (const auto& [holder, leases] : rows) {
    accounts.faults.push_back("a stranger holds leases: " + holder.short_text());
  }
  return accounts;
}

}  // namespace peerlab::fire
