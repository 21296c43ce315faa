#include "confgen/metrics.h"

#include "metrics/page.h"

namespace peerlab::confgen {
namespace {

using peerlab::metrics::Page;

std::uint64_t seconds_of(const std::optional<Instant>& instant) {
  if (!instant || *instant < Instant{}) return 0;
  return static_cast<std::uint64_t>(instant->time_since_epoch().count());
}

void put_sources(Page& page, const std::vector<SourceStanding>& sources) {
  page.begin("policy_source_up", "gauge", "Whether the source answered when it was last asked.");
  for (const SourceStanding& source : sources) {
    page.sample({{"source", source.label}}, std::uint64_t{source.up});
  }
  page.begin("policy_source_last_success_timestamp_seconds", "gauge",
             "When the source last answered; 0: never.");
  for (const SourceStanding& source : sources) {
    page.sample({{"source", source.label}}, seconds_of(source.last_success));
  }
}

void put_rpki(Page& page, const PublicRpki& rpki) {
  page.begin("policy_rtr_server_up", "gauge", "Whether BIRD hears the RTR server.");
  for (const bird::RtrSession& server : rpki.servers) {
    page.sample({{"server", server.name}}, std::uint64_t{server.established});
  }
  if (rpki.roas) page.gauge("policy_roas", "Public ROAs that BIRD knows.", *rpki.roas);
}

void put_bird(Page& page, const BirdFigures& bird) {
  page.gauge("policy_bird_up", "Whether BIRD answered when it was last asked.",
             std::uint64_t{bird.rejected.has_value()});
  if (bird.rpki) put_rpki(page, *bird.rpki);
  if (!bird.rejected) return;
  page.begin("policy_rejected_routes", "gauge",
             "Members' routes that BIRD holds as refused, by reason; one route can have several.");
  for (const auto& [reason, count] : *bird.rejected) {
    page.sample({{"reason", policy::describe(reason).slug}}, std::uint64_t{count});
  }
}

void put_closings(Page& page, const Metrics& metrics) {
  const auto put = [&](const OffenceCounts& counts) {
    for (const Offence offence : kOffences) {
      page.sample({{"reason", describe(offence).slug}}, counts.at(index_of(offence)));
    }
  };
  page.begin("policy_sessions_closed", "gauge",
             "Members' sessions that are closed for what their router did.");
  put(metrics.closed_now);
  page.begin("policy_session_closings_total", "counter", "How often one was closed.");
  put(metrics.closings);
}

void put_changes(Page& page, const Metrics& metrics) {
  const Changes& changes = metrics.changes;
  page.begin("policy_member_changes_total", "counter",
             "What members did, as the change budget counts it.");
  page.sample({{"kind", "announcement"}}, changes.announcements);
  page.sample({{"kind", "withdrawal"}}, changes.withdrawals);
  page.sample({{"kind", "session_begun"}}, changes.establishments);
  page.sample({{"kind", "session_lost"}}, changes.losses);
  page.gauge("policy_quarantined", "Members in quarantine for too many changes.",
             metrics.quarantined);
  page.begin("policy_quarantines_total", "counter", "Quarantines that began.");
  page.sample({}, metrics.quarantines);
  page.gauge("policy_damping_penalty_max",
             "The highest damping penalty that is predicted for a member's prefix elsewhere; "
             "networks that damp suppress from 6000 (RFC 7196).",
             static_cast<std::uint64_t>(metrics.highest_penalty));
}

}  // namespace

std::string render_metrics(const Metrics& metrics) {
  Page page;
  page.begin("build_info", "gauge", "The version of peerlab-bird-config.");
  page.sample({{"version", metrics.version}}, std::uint64_t{1});
  page.gauge("policy_last_success_timestamp_seconds",
             "When the policy was last known to be what the sources want; 0: never.",
             seconds_of(metrics.last_success));
  page.begin("policy_apply_total", "counter", "Attempts to bring a policy to BIRD, by their end.");
  for (std::size_t i = 0; i < kApplyResults.size(); ++i) {
    page.sample({{"result", kApplyResults[i]}}, metrics.applies[i]);
  }
  page.gauge("policy_users", "Members with a session in the policy.", metrics.users);
  page.gauge("policy_sessions", "Sessions the policy permits.", metrics.sessions);
  page.gauge("policy_leases", "Leases in force.", metrics.leases);
  page.gauge("policy_skipped", "Odd records that were left out.", metrics.skipped);
  page.gauge("policy_contradictions", "Contradictions whose parties were left out.",
             metrics.contradictions);
  page.gauge("policy_shrink_held", "Whether a shrinking answer waits for its confirmation.",
             metrics.shrink_held ? 1 : 0);
  put_sources(page, metrics.sources);
  if (metrics.bird) put_bird(page, *metrics.bird);
  put_closings(page, metrics);
  put_changes(page, metrics);
  return page.text();
}

}  // namespace peerlab::confgen
