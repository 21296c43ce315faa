// What the gateway has done since it started, counted for monitoring.  No count is of a member, a
// prefix or an address: whatever strangers send, there are as many as there are routes and
// statuses.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string_view>
#include <tuple>

#include "gateway/rate_limits.h"
#include "http/method.h"
#include "metrics/page.h"

namespace peerlab::gateway {

// Any thread.
class Tally {
 public:
  // `route` is a pattern of the route table and lives as long as that.
  void answered(http::Method method, std::string_view route, int status,
                std::chrono::duration<double> taken);
  void refused(int status);  // what never became a request
  void limited(Purse purse) { ++limited_[static_cast<std::size_t>(purse)]; }

  std::atomic<std::uint64_t> asns_assigned = 0;
  std::atomic<std::uint64_t> leases_created = 0;
  std::atomic<std::uint64_t> leases_revoked = 0;
  std::atomic<std::uint64_t> leases_renewed = 0;
  std::atomic<std::uint64_t> operator_changes = 0;
  std::atomic<std::uint64_t> roas = 0;       // published now
  std::atomic<std::uint64_t> roas_told = 0;  // how often all of them were
  std::atomic<std::uint64_t> roas_not_told = 0;

  void put(metrics::Page& page) const;

 private:
  using Asked = std::tuple<std::string_view, std::string_view, int>;  // route, method, status
  mutable std::mutex mutex_;                                          // of the next two
  std::map<Asked, std::uint64_t> requests_;
  std::map<std::string_view, metrics::Histogram> seconds_;  // by route
  std::array<std::atomic<std::uint64_t>, kPurses> limited_{};
};

}  // namespace peerlab::gateway
