#include "gateway/metrics_page.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gateway/health.h"
#include "gateway/pools.h"

namespace peerlab::gateway {
namespace {

using metrics::Page;

std::uint64_t seconds_of(Instant instant) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(instant.time_since_epoch().count(), 0));
}

void put_parts(Page& page, const Services& services) {
  page.begin("gateway_part_up", "gauge", "Whether what the gateway depends on can be used.");
  page.sample({{"part", "ledger"}}, std::uint64_t{health_of_ledger(services).has_value()});
  page.sample({{"part", "issuer"}}, std::uint64_t{health_of_issuer(services).has_value()});
  if (!services.mappings.sources().emails.lookups().any_directory) return;
  page.sample({{"part", "directory"}}, std::uint64_t{health_of_directory(services).has_value()});
}

void put_pools(Page& page, const Services& services) {
  const AllocationRules& rules = services.offer.rules;
  page.gauge("gateway_asn_pool_size", "ASNs that can be assigned.", rules.asns.usable_count());
  std::uint64_t prefixes = rules.pool.size();
  for (const NamedPool& pool : services.offer.named_pools) prefixes += pool.blocks.size();
  page.gauge("gateway_prefix_pool_size", "The /48s that can be leased.", prefixes);
  const auto taken = services.ledger.oversight().taken(rules.asns, services.clock.now());
  if (!taken) return;
  page.gauge("gateway_asn_pool_assigned", "ASNs of the pool that were assigned.", taken->asns);
  page.gauge("gateway_prefix_leases_active", "Leases in force.", taken->prefixes);
}

// Absent while the ledger does not answer.
void put_lines(Page& page, const Services& services) {
  std::vector<std::pair<std::string, std::uint64_t>> lines;
  for (const PoolByName& pool : all_pools(services.offer)) {
    const auto waiting = services.ledger.oversight().waiting_for(pool.blocks, services.clock.now());
    if (!waiting) return;
    lines.emplace_back(pool.name, *waiting);
  }
  page.begin("gateway_prefix_pool_waiting", "gauge", "Members in line for a /48 of the pool.");
  for (const auto& [pool, waiting] : lines) page.sample({{"pool", pool}}, waiting);
}

void put_upstreams(Page& page, const Services& services) {
  const identity::SigningKeys::Fetches fetches = services.keys.fetches();
  page.begin("gateway_upstream_requests_total", "counter", "What others were asked for.");
  page.sample({{"service", "issuer"}, {"outcome", "success"}}, fetches.answered);
  page.sample({{"service", "issuer"}, {"outcome", "failure"}}, fetches.failed);
  const identity::EmailBook::Lookups lookups = services.mappings.sources().emails.lookups();
  if (!lookups.any_directory) return;
  page.sample({{"service", "directory"}, {"outcome", "success"}}, lookups.answered);
  page.sample({{"service", "directory"}, {"outcome", "failure"}}, lookups.failed);
}

void put_roas(Page& page, const Services& services) {
  if (!services.offer.publishes_roas) return;
  page.gauge("gateway_roas_published", "ROAs that routers are told of.", services.tally.roas);
  page.begin("gateway_roa_publications_total", "counter", "How often they were told, or not.");
  page.sample({{"outcome", "success"}}, services.tally.roas_told.load());
  page.sample({{"outcome", "failure"}}, services.tally.roas_not_told.load());
}

void put_chain(Page& page, const Services& services) {
  const EventSealer::Seen seen = services.sealer.seen();
  page.counter("gateway_events_sealed_total", "Events this run linked to the chain.", seen.sealed);
  page.gauge("gateway_events_position", "The last position of the chain of events.", seen.position);
  page.gauge("gateway_events_broken", "1: the chain of events is not what was sealed.",
             std::uint64_t{seen.broken});
}

std::uint64_t resident_bytes() {
  std::uint64_t whole = 0, resident = 0;
  std::ifstream{"/proc/self/statm"} >> whole >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_descriptors() {
  std::error_code failed;
  const std::filesystem::directory_iterator all{"/proc/self/fd", failed};
  return static_cast<std::uint64_t>(std::distance(begin(all), end(all)));
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// By the names that every dashboard of processes knows.
void put_process(Page& page, Instant started) {
  page.begin_foreign("process_start_time_seconds", "gauge", "When the program started.");
  page.sample(seconds_of(started));
  page.begin_foreign("process_cpu_seconds_total", "counter", "CPU time, user and system.");
  page.sample({}, cpu_seconds());
  page.begin_foreign("process_resident_memory_bytes", "gauge", "Memory in RAM.");
  page.sample(resident_bytes());
  page.begin_foreign("process_open_fds", "gauge", "Open file descriptors.");
  page.sample(open_descriptors());
  rlimit most{};
  ::getrlimit(RLIMIT_NOFILE, &most);
  page.begin_foreign("process_max_fds", "gauge", "The most it may have.");
  page.sample(std::uint64_t{most.rlim_cur});
}

}  // namespace

std::string metrics_page(const Services& services, const Standing& standing) {
  Page page;
  page.begin("build_info", "gauge", "The version of peerlab-gateway.");
  page.sample({{"version", PEERLAB_VERSION}}, std::uint64_t{1});
  services.tally.put(page);
  put_parts(page, services);
  put_pools(page, services);
  put_lines(page, services);
  put_roas(page, services);
  put_chain(page, services);
  put_upstreams(page, services);
  page.gauge("gateway_connections", "Connections of clients.", standing.connections);
  page.gauge("gateway_connections_max", "The most there may be.", standing.connections_max);
  page.gauge("gateway_routers_waiting", "Requests for mappings that wait for news.",
             services.mappings.waiting());
  page.gauge("gateway_streams_open", "Streams of members' holdings.", services.holdings.streams());
  put_process(page, standing.started);
  return page.text();
}

}  // namespace peerlab::gateway
