#include "base/file.h"
#include "confgen/metrics.h"
#include "confgen/report.h"

namespace peerlab::confgen {

std::filesystem::path metrics_file(const std::filesystem::path& state_directory) {
  return state_directory / "metrics.prom";
}

Result<void> keep_metrics(const Collected& collected, const State& state, Instant now,
                          const std::optional<BirdFigures>& bird, const OneShotOptions& options) {
  const Report before = load_report(report_file(options.state_directory)).value_or(Report{});
  const Report report = report_of(collected, std::nullopt, now, before, options);
  Metrics metrics{PEERLAB_VERSION, report.right_at, state.applies};
  metrics.users = report.users;
  metrics.sessions = report.sessions;
  metrics.leases = report.leases;
  metrics.skipped = report.skipped.size();
  metrics.contradictions = report.contradictions.size();
  metrics.shrink_held = !report.held.empty();
  for (const SourceReport& source : report.sources) {
    const std::string_view label = source.name == kGatewayName  ? "gateway"
                                   : options.nodes_file.empty() ? "headscale"
                                                                : "node_file";
    metrics.sources.push_back({label, source.failure.empty(), source.answered_at});
  }
  metrics.bird = bird;
  const Closings closings =
      load_closings(closings_file(options.state_directory)).value_or(Closings{});
  metrics.closed_now = closings.in_force(now), metrics.closings = closings.totals();
  const auto changes = load_change_ledger(change_ledger_file(options.state_directory));
  if (changes) {
    metrics.changes = changes->total, metrics.quarantines = changes->quarantines;
    metrics.quarantined = quarantined_in(*changes).size();
    for (const auto& [member, standing] : changes->members) {
      metrics.highest_penalty = std::max(metrics.highest_penalty, standing.penalty(now));
    }
  }
  return write_file(metrics_file(options.state_directory), render_metrics(metrics), 0644);
}

}  // namespace peerlab::confgen
