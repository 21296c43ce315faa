#include "confgen/change_standing.h"

#include <algorithm>
#include <cmath>

namespace peerlab::confgen {
namespace {

using policy::ChangeBudget;
using std::chrono::seconds;

// A clock that was set back takes nothing and gives nothing.
double seconds_between(Instant from, Instant to) {
  return static_cast<double>(std::max(seconds{0}, to - from).count());
}

seconds length_of(unsigned times, const ChangeBudget& budget) {
  seconds length = budget.shortest;
  for (unsigned i = 1; i < times && length < budget.longest; ++i) length *= 2;
  return std::min(length, budget.longest);
}

}  // namespace

Changes& Changes::operator+=(const Changes& more) {
  announcements += more.announcements;
  withdrawals += more.withdrawals;
  replacements += more.replacements;
  establishments += more.establishments;
  losses += more.losses;
  route_losses += more.route_losses;
  return *this;
}

double Changes::cost() const {
  return static_cast<double>(withdrawals) + static_cast<double>(losses) +
         static_cast<double>(replacements) / 2;
}

ChangeStanding::ChangeStanding(const ChangeBudget& budget, Instant now)
    : kept_{static_cast<double>(budget.burst), 0, now} {}

void ChangeStanding::confine(const ChangeBudget& budget, Instant now) {
  kept_.left = std::clamp(kept_.left, 0.0, static_cast<double>(budget.burst));
  kept_.penalty = std::clamp(kept_.penalty, 0.0, damping::kCeiling);
  kept_.at = std::min(kept_.at, now);
  kept_.times_since = std::min(kept_.times_since, now);
  kept_.forgiven_since = std::min(kept_.forgiven_since, now);
  if (kept_.lost_at) kept_.lost_at = std::min(*kept_.lost_at, now);
  if (!kept_.quarantine) return;
  kept_.quarantine->since = std::min(kept_.quarantine->since, now);
  kept_.quarantine->until = std::min(kept_.quarantine->until, now + budget.longest);
}

double ChangeStanding::left(const ChangeBudget& budget, Instant now) const {
  const double gained =
      seconds_between(kept_.at, now) * budget.cycles / static_cast<double>(budget.window.count());
  return std::min(kept_.left + gained, static_cast<double>(budget.burst));
}

double ChangeStanding::penalty(Instant now) const {
  const double half_lives =
      seconds_between(kept_.at, now) / static_cast<double>(damping::kHalfLife.count());
  return kept_.penalty * std::exp2(-half_lives);
}

std::optional<Instant> ChangeStanding::suppressed_until(Instant now) const {
  const double figure = penalty(now);
  if (figure < damping::kSuppress) return std::nullopt;
  const double half_lives = std::log2(figure / damping::kReuse);
  return now + seconds{static_cast<std::int64_t>(
                   std::ceil(half_lives * static_cast<double>(damping::kHalfLife.count())))};
}

void ChangeStanding::bring_to(const ChangeBudget& budget, Instant now) {
  kept_.left = left(budget, now);
  kept_.penalty = penalty(now);
  kept_.at = std::max(kept_.at, now);
}

// The whole budget is there again for the time in quarantine, so that who stops flapping and mends
// a router in it is free at its end.
void ChangeStanding::begin(const ChangeBudget& budget, Instant at) {
  ++kept_.times;
  while (kept_.times > 1 && length_of(kept_.times - 1, budget) == budget.longest) --kept_.times;
  kept_.quarantine = {at, at + length_of(kept_.times, budget)};
  kept_.overspent = false;
  kept_.left = static_cast<double>(budget.burst);
}

bool ChangeStanding::settle(const ChangeBudget& budget, Instant now) {
  bool changed = false;
  while (kept_.quarantine && kept_.quarantine->until <= now) {
    const Instant end = kept_.quarantine->until;
    changed = true;
    if (kept_.overspent) {
      bring_to(budget, end);
      begin(budget, end);
    } else {
      kept_.quarantine.reset();
      kept_.times_since = end;
    }
  }
  while (!kept_.quarantine && kept_.times > 0 && kept_.times_since + budget.longest <= now) {
    --kept_.times;
    kept_.times_since += budget.longest;
    changed = true;
  }
  return changed;
}

std::optional<Quarantine> ChangeStanding::charge(const Changes& changes, const ChangeBudget& budget,
                                                 Instant now) {
  settle(budget, now);
  bring_to(budget, now);
  kept_.total += changes;
  if (changes.losses > 0) kept_.lost_at = now;
  const bool seen_by_the_world = !kept_.quarantine;
  double more =
      static_cast<double>(changes.withdrawals + changes.route_losses) * damping::kPerWithdrawal +
      static_cast<double>(changes.replacements) * damping::kPerReplacement;
  const double cost = changes.cost();
  const bool over = cost > kept_.left;
  kept_.left = std::max(0.0, kept_.left - cost);
  if (over && kept_.quarantine) kept_.overspent = true;
  std::optional<Quarantine> begun;
  if (over && !kept_.quarantine) {
    begin(budget, now);
    more += damping::kPerWithdrawal;  // ours
    begun = kept_.quarantine;
  }
  if (seen_by_the_world) kept_.penalty = std::min(kept_.penalty + more, damping::kCeiling);
  return begun;
}

void ChangeStanding::give_back_loss(const ChangeBudget& budget, Instant now) {
  bring_to(budget, now);
  kept_.lost_at.reset();
  if (now - kept_.forgiven_since >= budget.window) {
    kept_.forgiven = 0;
    kept_.forgiven_since = now;
  }
  if (kept_.forgiven >= budget.burst) return;
  ++kept_.forgiven;
  kept_.left = std::min(kept_.left + 1, static_cast<double>(budget.burst));
}

bool ChangeStanding::quiet(const ChangeBudget& budget, Instant now) const {
  return !kept_.quarantine && kept_.times == 0 &&
         left(budget, now) >= static_cast<double>(budget.burst) &&
         penalty(now) < damping::kReuse / 2;
}

}  // namespace peerlab::confgen
