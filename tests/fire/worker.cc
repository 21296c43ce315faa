// A program that drives a ledger at random, alone or beside others, and writes down what it was
// told.  One second of the ledger's clock lasts a millisecond, so that leases end and /48s rest
// while it runs.
//
//   fire_worker URL SEAL-KEY HISTORY SEED OPERATIONS
#include <fmt/format.h>

#include <iostream>
#include <map>
#include <random>

#include "base/text.h"
#include "tests/fire/history.h"
#include "tests/fire/worker_ledger.h"
#include "tests/fire/worker_rules.h"

namespace peerlab::fire {
namespace {

// The machine's steady clock counts from its start, and so does this one: all workers read one
// clock.
Instant ledger_now() {
  return Instant{
      std::chrono::seconds{1'795'000'000 + nanoseconds_now() / std::chrono::milliseconds{1}}};
}

void note(Operation& operation, const Error& error) {
  operation.reason = name_of(error.kind);
  switch (error.kind) {
    case ErrorKind::QuotaReached:
    case ErrorKind::Exhausted:
    case ErrorKind::NotFound:
      operation.outcome = Outcome::Refused;
      return;
    case ErrorKind::Unavailable:
    case ErrorKind::TimedOut:
      operation.outcome = Outcome::NothingDone;
      break;
    case ErrorKind::OutcomeUnknown:
      operation.outcome = Outcome::Unknown;
      break;
    default:
      operation.outcome = Outcome::Wrong;
  }
  std::cerr << operation.reason << ": " << error.detail << ": " << error.cause << "\n";
}

class Worker {
 public:
  Worker(Ledger& ledger, const std::filesystem::path& history, std::uint64_t seed)
      : ledger_{ledger}, history_{history}, random_{seed} {}

  void act() {
    Operation operation;
    operation.member = fmt::format("fire-{}", below(kMembers));
    std::vector<Prefix48>& known = known_[operation.member];
    const int die = below(100);
    operation.verb = die < 3    ? Verb::Assign
                     : die < 45 ? Verb::Lease
                     : die < 75 ? Verb::Revoke
                                : Verb::Read;
    if (operation.verb == Verb::Revoke && known.empty()) operation.verb = Verb::Read;
    if (operation.verb == Verb::Lease) operation.length = std::chrono::hours{1 + below(3)};
    if (operation.verb == Verb::Revoke) {
      operation.prefix = known[static_cast<std::size_t>(below(static_cast<int>(known.size())))];
    }
    operation.started = nanoseconds_now();
    operation.earliest = operation.latest = ledger_now();
    history_.begin(operation);
    ask(operation);
    operation.ended = nanoseconds_now();
    history_.end(operation);
    if (operation.verb == Verb::Read || operation.verb == Verb::Lease) {
      known.clear();
      for (const Told& told : operation.leases) known.push_back(told.prefix);
    }
  }

 private:
  int below(int count) { return std::uniform_int_distribution{0, count - 1}(random_); }

  void ask(Operation& operation) {
    const Subject subject = subject_of(operation.member);
    const UserHash user = UserHash::of(subject);
    const Instant now = operation.earliest;
    operation.outcome = Outcome::Done;
    if (operation.verb == Verb::Assign) {
      const auto grant = ledger_.assign_asn(subject, worker_rules().asns, now);
      if (!grant) return note(operation, grant.error());
      operation.asn = grant->assignment.asn;
    } else if (operation.verb == Verb::Lease) {
      const auto window = LeaseWindow::starting(now, operation.length);
      const auto grant = ledger_.lease_prefix(subject, window, worker_rules());
      if (!grant) return note(operation, grant.error());
      operation.asn = grant->assignment.asn;
      operation.leases = {{grant->lease.prefix, grant->lease.window}};
    } else if (operation.verb == Verb::Revoke) {
      const auto closed = ledger_.revoke(user, *operation.prefix, now);
      if (!closed) return note(operation, closed.error());
    } else {
      const auto held = ledger_.holdings_of(user, now);
      if (!held) return note(operation, held.error());
      if (held->assignment) operation.asn = held->assignment->asn;
      for (const Lease& lease : held->leases) {
        operation.leases.push_back({lease.prefix, lease.window});
      }
    }
  }

  Ledger& ledger_;
  HistoryWriter history_;
  std::mt19937_64 random_;
  std::map<std::string, std::vector<Prefix48>> known_;
};

int work(const std::vector<std::string>& words) {
  const auto seed = parse_decimal<std::uint64_t>(words.at(4));
  const auto operations = parse_decimal<std::uint64_t>(words.at(5));
  const Result<Seal> seal = Seal::open_or_create(words.at(2));
  if (!seal || !seed || !operations) return 2;
  const auto ledger = open_worker_ledger(words.at(1), *seal);
  if (!ledger) {
    std::cerr << ledger.error().detail << ": " << ledger.error().cause << "\n";
    return 1;
  }
  Worker worker{**ledger, words.at(3), *seed};
  for (std::uint64_t i = 0; i < *operations; ++i) worker.act();
  return 0;
}

}  // namespace
}  // namespace peerlab::fire

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  return words.size() == 6 ? peerlab::fire::work(words) : 2;
}
