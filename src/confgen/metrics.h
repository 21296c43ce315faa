// What monitoring is told: `metrics.prom` of the state directory, in Prometheus' text format, for
// node_exporter's textfile collector.  No label names a member, a prefix or an e-mail.
#pragma once

#include "confgen/apply_result.h"
#include "confgen/bird_figures.h"
#include "confgen/change_ledger.h"
#include "confgen/closings.h"
#include "confgen/turn.h"

namespace peerlab::confgen {

struct SourceStanding {
  std::string_view label;
  bool up;                              // it answered well when it was last asked
  std::optional<Instant> last_success;  // nullopt: never
};

struct Metrics {
  std::string_view version;
  // When the policy was last known to be what the sources want; nullopt: never.
  std::optional<Instant> last_success;
  ApplyCounts applies{};
  std::size_t users = 0, sessions = 0, leases = 0, skipped = 0, contradictions = 0;
  bool shrink_held = false;
  std::vector<SourceStanding> sources = {};
  std::optional<BirdFigures> bird = {};    // nullopt: nobody asked it
  OffenceCounts closed_now{}, closings{};  // members' sessions
  Changes changes{};                       // of all members, ever
  std::size_t quarantined = 0;
  std::uint64_t quarantines = 0;
  double highest_penalty = 0;
};

// Never is 0: its age raises every alarm.  What is not known has no sample.
[[nodiscard]] std::string render_metrics(const Metrics& metrics);

[[nodiscard]] std::filesystem::path metrics_file(const std::filesystem::path& state_directory);

// Writes what the last turn's report and state say, with what the sources have said since.
[[nodiscard]] Result<void> keep_metrics(const Collected& collected, const State& state, Instant now,
                                        const std::optional<BirdFigures>& bird,
                                        const OneShotOptions& options);

}  // namespace peerlab::confgen
