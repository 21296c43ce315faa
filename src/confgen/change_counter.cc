#include "confgen/change_counter.h"

#include <fmt/format.h>

#include <algorithm>

#include "bird/control_socket.h"
#include "confgen/turn.h"
#include "policy/reason.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience = 2s;  // no lease waits for a figure
constexpr std::chrono::milliseconds kSoonest = 500ms, kLatest = 15s;
constexpr int kShareOfTime = 50;

std::optional<SessionSights> look(const ChangeLedger& ledger, const OneShotOptions& options,
                                  Instant now) {
  Result<bird::ControlSocket> bird = bird::ControlSocket::connect(options.bird_socket, kPatience);
  if (!bird) return std::nullopt;  // who publishes the policy says that BIRD is down
  const Result<bird::Reply> status = bird->command("show status");
  const Result<bird::Reply> protocols = bird->command("show protocols all \"peerlab_*\"");
  if (!status || !protocols) return std::nullopt;
  return read_sights(status->text(), protocols->text(), ledger.seen, now);
}

void tell(const Counted& counted) {
  for (const auto& [member, quarantine] : counted.begun) {
    say(fmt::format("member {} changes too often: in quarantine until {} (reason {})",
                    member.short_text(), rfc3339(quarantine.until),
                    policy::number_of(policy::Reason::TooManyChanges)));
  }
  for (const UserHash& member : counted.ended) {
    say(fmt::format("member {} is out of quarantine", member.short_text()));
  }
}

}  // namespace

Members members_in(const policy::Policy& policy) {
  Members members;
  for (const policy::Rule& rule : policy.rules()) members.emplace(rule.neighbour, rule.member);
  return members;
}

bool count_changes(ChangeLedger& ledger, const Members& members, const policy::Site& site,
                   const OneShotOptions& options, Instant now) {
  const ChangeLedger before = ledger;
  std::optional<SessionSights> sights = look(ledger, options, now);
  const Counted counted = sights
                              ? count(ledger, std::move(*sights), members, site.change_budget, now)
                              : settle(ledger, site.change_budget, now);
  tell(counted);
  if (ledger != before) {
    const auto stored = store_change_ledger(change_ledger_file(options.state_directory), ledger);
    if (!stored) say(fmt::format("a restart will forget changes: {}", stored.error().detail));
  }
  return counted.quarantine_changed();
}

bool ChangeCounter::tend(ChangeLedger& ledger, const Members& members,
                         const std::optional<policy::Site>& site, const OneShotOptions& options,
                         Instant now) {
  if (!site || Steady::now() < next_) return false;
  const Steady::time_point begin = Steady::now();
  const bool changed = count_changes(ledger, members, *site, options, now);
  const auto took = std::chrono::ceil<std::chrono::milliseconds>(Steady::now() - begin);
  next_ = Steady::now() + std::clamp(took * kShareOfTime, kSoonest, kLatest);
  return changed;
}

std::chrono::milliseconds ChangeCounter::until_due() const {
  return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(next_ - Steady::now()));
}

}  // namespace peerlab::confgen
