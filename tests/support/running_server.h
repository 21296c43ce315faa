// An http::Server of a test, on 127.0.0.1 and a port the system chose.
#pragma once

#include <thread>

#include "http/server.h"

namespace peerlab::testing_support {

class RunningServer {
 public:
  // Its refusals have their message as body.
  RunningServer(http::ServerOptions options, http::Respond respond);
  ~RunningServer();  // stops it
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  void stop() { server_->stop(); }
  // What run() gave; waits for it.
  [[nodiscard]] Result<void> outcome();

 private:
  std::unique_ptr<http::Server> server_;
  Result<void> outcome_;
  std::thread thread_;
};

}  // namespace peerlab::testing_support
