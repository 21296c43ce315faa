// GET /metrics on a port of its own, which no member needs to reach.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "http/server.h"

namespace peerlab::gateway {

class MetricsServer {
 public:
  // Serves from now on until destruction.  `page` is asked once for each scrape, by one thread.
  [[nodiscard]] static Result<std::unique_ptr<MetricsServer>> start(
      const std::string& address, std::function<std::string()> page);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

 private:
  explicit MetricsServer(std::unique_ptr<http::Server> server);
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

}  // namespace peerlab::gateway
