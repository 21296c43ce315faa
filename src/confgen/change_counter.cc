#include "confgen/change_counter.h"

#include <fmt/format.h>

#include <algorithm>

#include "bird/control_socket.h"
#include "confgen/lease_clock.h"
#include "confgen/turn.h"
#include "policy/reason.h"

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kPatience = 2s;  // no lease waits for a figure
constexpr milliseconds kSoonest = 250ms, kLatest = 15s;

// While members change something, looks may take a fiftieth of the time.  A quiet platform is to
// cost next to nothing: a five-hundredth, as long as that is a look in two seconds.
milliseconds until_next_look(milliseconds cost, bool quiet) {
  const milliseconds dense = cost * 50;
  const milliseconds next = quiet ? std::max(dense, std::min<milliseconds>(cost * 500, 2s)) : dense;
  return std::clamp(next, kSoonest, kLatest);
}

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

// What a look found; without one BIRD did not answer.
bool charge(ChangeLedger& ledger, std::optional<SessionSights> sights, const Members& members,
            const policy::ChangeBudget& budget, const std::filesystem::path& file, Instant now) {
  const ChangeLedger before = ledger;
  const Counted counted = sights ? count(ledger, std::move(*sights), members, budget, now)
                                 : settle(ledger, budget, now);
  tell(counted);
  if (ledger != before) {
    const auto stored = store_change_ledger(file, ledger);
    if (!stored) say(fmt::format("a restart will forget changes: {}", stored.error().detail));
  }
  return counted.quarantine_changed();
}

}  // namespace

Members members_in(const policy::Policy& policy) {
  Members members;
  for (const policy::Rule& rule : policy.rules()) members.emplace(rule.neighbour, rule.member);
  return members;
}

Members members_in(const Facts& facts, const policy::Server& server, Instant now) {
  if (!facts.mappings || !facts.nodes) return {};
  return members_in(policy::compile(*facts.mappings, *facts.nodes, server, now).policy);
}

bool count_changes(ChangeLedger& ledger, const Members& members, const policy::Site& site,
                   const OneShotOptions& options, Instant now) {
  return charge(ledger, look(ledger, options, now), members, site.change_budget,
                change_ledger_file(options.state_directory), now);
}

bool ChangeCounter::tend(ChangeLedger& ledger, const Members& members, Instant now,
                         milliseconds running) {
  const std::optional<Instant> end = next_end(ledger);
  const bool ended = end && *end <= now;
  if (!workplace_.site || (running < next_ && !ended)) return false;
  const OneShotOptions& options = workplace_.options;
  std::optional<SessionSights> sights = look(ledger, options, now);
  const milliseconds after = read_clocks().running;
  const Changes before = ledger.total;
  const bool changed = charge(ledger, std::move(sights), members, workplace_.site->change_budget,
                              change_ledger_file(options.state_directory), now);
  next_ = after + until_next_look(after - running, ledger.total == before);
  return changed;
}

milliseconds ChangeCounter::until_due(milliseconds running) const {
  return workplace_.site ? next_ - running : milliseconds::max();
}

}  // namespace peerlab::confgen
