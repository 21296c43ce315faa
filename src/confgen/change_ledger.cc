#include "confgen/change_ledger.h"

#include <algorithm>
#include <set>

namespace peerlab::confgen {
namespace {

using policy::ChangeBudget;

constexpr std::chrono::seconds kOneOutage{60};  // hold timers (45 s) run out within it
constexpr std::size_t kFewest = 3;

bool lost_lately(const ChangeStanding& standing, Instant now) {
  return standing.kept().lost_at && now - *standing.kept().lost_at < kOneOutage;
}

std::set<UserHash> members_up(const SessionSights& sights, const Members& members) {
  std::set<UserHash> up;
  for (const auto& [neighbour, sight] : sights.sessions) {
    const auto member = members.find(neighbour);
    if (sight.established && member != members.end()) up.insert(member->second);
  }
  return up;
}

// The losses of a network that went down are given back.
void forgive_an_outage(ChangeLedger& ledger, const Members& members, const ChangeBudget& budget,
                       Instant now) {
  std::set<UserHash> up = members_up(*ledger.seen, members);
  std::size_t lost = 0;
  for (const auto& [member, standing] : ledger.members) {
    if (!lost_lately(standing, now)) continue;
    up.insert(member);
    ++lost;
  }
  if (lost < kFewest || lost * 2 <= up.size()) return;
  for (auto& [member, standing] : ledger.members) {
    if (lost_lately(standing, now)) standing.give_back_loss(budget, now);
  }
}

std::map<UserHash, Changes> by_member(const std::map<Ipv4, Changes>& changes,
                                      const Members& members) {
  std::map<UserHash, Changes> found;
  for (const auto& [neighbour, did] : changes) {
    const auto member = members.find(neighbour);
    if (member == members.end()) continue;
    Changes& all = found[member->second];
    all += did;
    all.losses = std::min<std::uint64_t>(all.losses, 1);
    all.route_losses = std::min<std::uint64_t>(all.route_losses, 1);
  }
  return found;
}

}  // namespace

Counted settle(ChangeLedger& ledger, const ChangeBudget& budget, Instant now) {
  Counted counted;
  for (auto& [member, standing] : ledger.members) {
    const std::optional<Quarantine> before = standing.quarantine();
    standing.confine(budget, now);
    standing.settle(budget, now);
    if (standing.quarantine() == before) continue;
    if (standing.quarantine()) {
      counted.begun.emplace(member, *standing.quarantine());
      ++ledger.quarantines;
    } else {
      counted.ended.push_back(member);
    }
  }
  return counted;
}

Counted count(ChangeLedger& ledger, SessionSights sights, const Members& members,
              const ChangeBudget& budget, Instant now) {
  Counted counted = settle(ledger, budget, now);
  std::map<Ipv4, Changes> changes;
  if (ledger.seen) changes = changes_between(*ledger.seen, sights, now);
  ledger.seen = std::move(sights);
  for (const auto& [member, did] : by_member(changes, members)) {
    const auto standing = ledger.members.emplace(member, ChangeStanding{budget, now}).first;
    const auto begun = standing->second.charge(did, budget, now);
    ledger.total += did;
    if (!begun) continue;
    counted.begun.insert_or_assign(member, *begun);
    ++ledger.quarantines;
  }
  forgive_an_outage(ledger, members, budget, now);
  std::erase_if(ledger.members, [&](const auto& entry) { return entry.second.quiet(budget, now); });
  return counted;
}

policy::Quarantined quarantined_in(const ChangeLedger& ledger) {
  policy::Quarantined members;
  for (const auto& [member, standing] : ledger.members) {
    if (standing.quarantine()) members.insert(member);
  }
  return members;
}

std::optional<Instant> next_end(const ChangeLedger& ledger) {
  std::optional<Instant> next;
  for (const auto& [member, standing] : ledger.members) {
    if (!standing.quarantine()) continue;
    const Instant until = standing.quarantine()->until;
    next = next ? std::min(*next, until) : until;
  }
  return next;
}

}  // namespace peerlab::confgen
