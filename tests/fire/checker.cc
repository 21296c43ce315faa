#include "tests/fire/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "tests/fire/said_checks.h"

namespace peerlab::fire {
namespace {

using Faults = std::vector<std::string>;

bool may_have_changed_something(const Operation& one) {
  return one.outcome == Outcome::Done || one.outcome == Outcome::Unknown;
}

// Of two members on one /48, and of two windows of it.
void check_windows(const Accounts& accounts, const Promises& promises, Faults& faults) {
  struct Window {
    Instant begin, end;
    std::string member;
  };
  std::map<Prefix48, std::vector<Window>> by_prefix;
  for (const auto& [member, account] : accounts.by_member) {
    for (const Grant& grant : account.grants) {
      by_prefix[grant.prefix].push_back({grant.begin, grant.end, member});
    }
  }
  for (auto& [prefix, windows] : by_prefix) {
    std::sort(windows.begin(), windows.end(), [](const Window& a, const Window& b) {
      return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
    });
    for (std::size_t i = 1; i < windows.size(); ++i) {
      const Window& before = windows[i - 1];
      const Window& after = windows[i];
      const auto rest =
          before.member == after.member ? std::chrono::seconds{0} : promises.cool_down_floor;
      if (after.begin >= before.end + rest) continue;
      faults.push_back(fmt::format("{} {}: {} until {}, {} from {}", prefix.text(),
                                   after.begin < before.end ? "is leased twice" : "did not rest",
                                   before.member, before.end.time_since_epoch().count(),
                                   after.member, after.begin.time_since_epoch().count()));
    }
  }
}

void check_quota(const std::string& member, const Account& account, const Promises& promises,
                 Faults& faults) {
  std::map<Instant, int> steps;
  for (const Grant& grant : account.grants) {
    ++steps[grant.begin];
    --steps[grant.end];
  }
  int held = 0;
  for (const auto& [instant, step] : steps) {
    held += step;
    if (held > static_cast<int>(promises.leases_per_member_max)) {
      faults.push_back(fmt::format("{}: held {} leases at {}", member, held,
                                   instant.time_since_epoch().count()));
    }
  }
}

void check_asns(const LedgerState& state, Faults& faults) {
  std::map<Asn, UserHash> holders;
  std::set<UserHash> seen;
  for (const StoredAssignment& one : state.assignments) {
    if (!holders.emplace(one.asn, one.holder).second) {
      faults.push_back("AS" + one.asn.text() + " has two holders");
    }
    if (!seen.insert(one.holder).second) {
      faults.push_back(one.holder.short_text() + " has two ASNs");
    }
  }
}

// Every acknowledged ASN is there, and what is there was asked for.
void check_asn_of(const std::string& member, const Account& account,
                  std::map<UserHash, StoredAssignment>& stored, Faults& faults) {
  const auto own = stored.find(UserHash::of(subject_of(member)));
  bool explained = false;
  for (const Operation* one : account.operations) {
    const bool asks = one->verb == Verb::Assign || one->verb == Verb::Lease;
    if (asks && own != stored.end()) {
      explained |= may_have_changed_something(*one) && one->earliest <= own->second.since &&
                   own->second.since <= one->latest;
    }
    if (one->outcome != Outcome::Done || (!asks && !one->asn)) continue;
    if (own == stored.end()) {
      faults.push_back(member + ": its ASN is not in the ledger, after " + text_of(*one));
    } else if (one->asn && *one->asn != own->second.asn) {
      faults.push_back(fmt::format("{}: was told AS{} and holds AS{}", member, one->asn->text(),
                                   own->second.asn.text()));
    }
  }
  if (own == stored.end()) return;
  if (!explained) faults.push_back(member + ": no operation explains AS" + own->second.asn.text());
  stored.erase(own);
}

void check_terms(const std::string& member, const Account& account, Faults& faults) {
  for (const Operation* one : account.operations) {
    if (one->outcome == Outcome::Wrong) {
      faults.push_back(member + ": a wrong answer to " + text_of(*one));
    }
    if (one->verb != Verb::Lease || one->outcome != Outcome::Done) continue;
    for (const Told& told : one->leases) {
      const bool as_asked = one->earliest <= told.window.begin() &&
                            told.window.begin() <= one->latest &&
                            told.window.end() - told.window.begin() == one->length;
      if (!as_asked) faults.push_back(member + ": not the window asked for: " + text_of(*one));
    }
  }
}

}  // namespace

Faults faults_of(const std::vector<Operation>& history, const LedgerState& state,
                 const Promises& promises) {
  const Accounts accounts = settle(history, state);
  Faults faults = accounts.faults;
  check_windows(accounts, promises, faults);
  check_asns(state, faults);
  std::map<UserHash, StoredAssignment> stored;
  for (const StoredAssignment& one : state.assignments) stored.emplace(one.holder, one);
  for (const auto& [member, account] : accounts.by_member) {
    check_terms(member, account, faults);
    check_quota(member, account, promises, faults);
    check_asn_of(member, account, stored, faults);
    check_what_was_said(member, account, promises, faults);
  }
  for (const auto& [holder, one] : stored) {
    faults.push_back("a stranger holds AS" + one.asn.text());
  }
  return faults;
}

}  // namespace peerlab::fire
