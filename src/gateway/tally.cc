#include "gateway/tally.h"

#include <string>

namespace peerlab::gateway {
namespace {

// Seconds; a waiting router's answer may take a minute.
constexpr std::array kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                             0.1,    0.25,  0.5,    1.0,   2.5,  10.0,  60.0};
constexpr std::string_view kNone = "none";

}  // namespace

void Tally::answered(http::Method method, std::string_view route, int status,
                     std::chrono::duration<double> taken) {
  const std::string_view named = route.empty() ? kNone : route;
  const std::lock_guard lock{mutex_};
  ++requests_[{named, http::name_of(method), status}];
  seconds_.try_emplace(named, kBounds).first->second.observe(taken.count());
}

void Tally::refused(int status) {
  const std::lock_guard lock{mutex_};
  ++requests_[{kNone, kNone, status}];
}

void Tally::put(metrics::Page& page) const {
  {
    const std::lock_guard lock{mutex_};
    page.begin("gateway_http_requests_total", "counter", "Requests, by how they were answered.");
    for (const auto& [asked, count] : requests_) {
      const auto& [route, method, status] = asked;
      page.sample({{"route", route}, {"method", method}, {"status", std::to_string(status)}},
                  count);
    }
    page.begin("gateway_http_request_duration_seconds", "histogram",
               "From a whole request to its whole answer, waiting for news included.");
    for (const auto& [route, seconds] : seconds_) page.sample({{"route", route}}, seconds);
  }
  page.begin("gateway_rate_limited_total", "counter", "Requests answered 429, by what ran out.");
  for (std::size_t i = 0; i < kPurses; ++i) {
    page.sample({{"policy", name_of(static_cast<Purse>(i))}}, limited_[i].load());
  }
  page.counter("gateway_asn_assignments_total", "ASNs given to members that had none.",
               asns_assigned);
  page.counter("gateway_prefix_leases_created_total", "Leases given.", leases_created);
  page.counter("gateway_prefix_leases_revoked_total", "Leases that members ended early.",
               leases_revoked);
  page.counter("gateway_prefix_leases_renewed_total", "Leases that members made longer.",
               leases_renewed);
  page.counter("gateway_operator_changes_total",
               "What operators changed: suspended, resumed, ended, set or forgot.",
               operator_changes);
}

}  // namespace peerlab::gateway
