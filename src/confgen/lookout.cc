#include "confgen/lookout.h"

#include <fmt/format.h>

#include <algorithm>

#include "confgen/exit_code.h"
#include "confgen/next_change.h"

namespace peerlab::confgen {

using std::chrono::milliseconds;

Lookout::Lookout(const Facts& last_good, std::string nodes_source, const ClockReading& start)
    : clock_{start},
      collected_{last_good, {}, {}},
      mappings_{kGatewayName},
      nodes_{std::move(nodes_source)} {}

void Lookout::answered(Source& source, const ClockReading& at) {
  if (!source.failure.empty()) lines_.push_back(source.name + " answers again");
  source.heard = true;
  source.answered = at.running;
  note_failure(source, "");
}

void Lookout::failed(Source& source, const Error& error) {
  if (source.failure.empty()) {
    lines_.push_back(fmt::format("{}: {}; {}", source.name, error.detail,
                                 both_known() ? "the last good facts stay, minus what ends"
                                              : "nothing is known yet: the policy on disk stays"));
  }
  source.heard = true;
  note_failure(source, fmt::format("{}: {}", source.name, error.detail));
}

// A turn where that changes, so that `status` knows.
void Lookout::note_failure(Source& source, std::string failure) {
  if (source.failure.empty() != failure.empty()) changed_ = true;
  source.failure = std::move(failure);
  collected_.failures.clear();
  for (const Source* const each : {&mappings_, &nodes_}) {
    if (!each->failure.empty()) collected_.failures.push_back(each->failure);
  }
}

template <class Record>
void Lookout::take(const Readable<Record>& fresh, std::optional<std::vector<Record>>& known,
                   Source& source) {
  if (known == fresh.records && source.skipped == fresh.skipped) return;
  known = fresh.records;
  source.skipped = fresh.skipped;
  collected_.skipped = mappings_.skipped;
  collected_.skipped.insert(collected_.skipped.end(), nodes_.skipped.begin(), nodes_.skipped.end());
  changed_ = true;
}

void Lookout::hear(const MappingsNews& news) {
  if (!news.answer) return failed(mappings_, news.answer.error());
  if (news.answer->date) clock_.heard(*news.answer->date, news.at);
  answered(mappings_, news.at);
  collected_.mappings_at = now(news.at);
  if (news.answer->fresh) take(*news.answer->fresh, collected_.facts.mappings, mappings_);
}

void Lookout::hear(const NodesNews& news) {
  if (!news.answer) return failed(nodes_, news.answer.error());
  answered(nodes_, news.at);
  collected_.nodes_at = now(news.at);
  take(*news.answer, collected_.facts.nodes, nodes_);
}

bool Lookout::both_known() const { return collected_.facts.mappings && collected_.facts.nodes; }

milliseconds Lookout::until_due(const ClockReading& at) const {
  if (!heard_all() || !both_known()) return milliseconds::max();
  // Time goes back where the machine's clock was ahead and is right again: some leases are on
  // again.
  if (changed_ || confirmed(at) || now(at) < acted_at_) return milliseconds{0};
  milliseconds left = next_round_ - at.running;
  if (next_change_) left = std::min(left, *next_change_ - clock_.now(at));
  return left;
}

Instant Lookout::now(const ClockReading& at) const {
  return std::chrono::floor<std::chrono::seconds>(clock_.now(at));
}

std::optional<std::string> Lookout::confirmed(const ClockReading& at) const {
  const milliseconds release = held_since_ + kHold;
  const bool stood =
      at.running >= release && std::min(mappings_.answered, nodes_.answered) >= release;
  return stood ? held_ : std::nullopt;
}

void Lookout::acted(const Turn& turn, const Kept& kept, const ClockReading& at) {
  changed_ = false;
  acted_at_ = now(at);
  next_change_ = next_change_after(kept.facts, acted_at_);
  const std::optional<Instant> freed = next_end(kept.changes);
  if (freed && *freed > acted_at_ && (!next_change_ || *freed < *next_change_))
    next_change_ = freed;
  const bool well = turn.exit_code == exit_code::kDone || turn.exit_code == exit_code::kShrinkHeld;
  next_round_ = at.running + (well ? kRound : kRetry);
  if (turn.problem != problem_) {
    lines_.push_back(turn.problem.empty() ? "the policy is applied again" : turn.problem);
    problem_ = turn.problem;
  }
  if (kept.state.held == held_) return;
  held_ = kept.state.held;
  held_since_ = at.running;
  if (held_) {
    lines_.push_back(
        fmt::format("{}; held for {} s (--accept-shrink acts at once)", turn.held, kHold.count()));
  }
}

std::vector<std::string> Lookout::lines(const ClockReading& at) {
  if (auto alarm = clock_.alarm(at)) lines_.push_back(std::move(*alarm));
  return std::exchange(lines_, {});
}

}  // namespace peerlab::confgen
