#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "confgen/exit_code.h"
#include "confgen/report.h"
#include "confgen/turn.h"

namespace peerlab::confgen {
namespace {

struct Heard {
  std::optional<Instant> last;  // its last answer, where whoever asked knows
  Instant now;
};

// A failure begins with the name of its source.
SourceReport source_report(std::string name, const Collected& collected, const Report& before,
                           const Heard& heard) {
  SourceReport source{std::move(name)};
  const auto known = std::ranges::find(before.sources, source.name, &SourceReport::name);
  if (known != before.sources.end()) source.answered_at = known->answered_at;
  for (const std::string& failure : collected.failures) {
    if (failure.starts_with(source.name + ": ")) {
      source.failure = failure.substr(source.name.size() + 2);
    }
  }
  if (source.failure.empty()) source.answered_at = heard.now;
  if (heard.last) source.answered_at = heard.last;
  return source;
}

std::optional<LastError> error_of(const Collected& collected, const std::optional<Turn>& turn,
                                  Instant now) {
  if (turn && !turn->problem.empty()) return LastError{now, turn->exit_code, turn->problem};
  if (collected.failures.empty()) return std::nullopt;
  return LastError{now, exit_code::kSourceFailed,
                   fmt::format("{}", fmt::join(collected.failures, "; "))};
}

}  // namespace

Report report_of(const Collected& collected, const std::optional<Turn>& turn, Instant now,
                 const Report& before, const OneShotOptions& options) {
  Report report = before;
  report.sources = {
      source_report(kGatewayName, collected, before, {collected.mappings_at, now}),
      source_report(name_of_nodes_source(options), collected, before, {collected.nodes_at, now}),
  };
  if (const auto error = error_of(collected, turn, now)) report.last_error = error;
  if (turn) {
    report.ran_at = now;
    report.sessions = turn->sessions, report.leases = turn->leases;
    report.skipped = turn->skipped, report.contradictions = turn->contradictions;
    report.held = turn->held;
    report.users = turn->users;
    report.well = turn->exit_code == exit_code::kDone;
  }
  if (!report.well) return report;
  const auto& gateway = report.sources[0].answered_at;
  const auto& nodes = report.sources[1].answered_at;
  if (gateway && nodes) report.right_at = std::min(*gateway, *nodes);
  return report;
}

void keep_report(const Collected& collected, const std::optional<Turn>& turn, Instant now,
                 const OneShotOptions& options) {
  const std::filesystem::path file = report_file(options.state_directory);
  const Report before = load_report(file).value_or(Report{});
  const Result<void> stored = store_report(file, report_of(collected, turn, now, before, options));
  if (!stored) say(fmt::format("`status` will not know of this run: {}", stored.error().detail));
}

}  // namespace peerlab::confgen
