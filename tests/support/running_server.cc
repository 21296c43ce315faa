#include "tests/support/running_server.h"

#include <stdexcept>

namespace peerlab::testing_support {

RunningServer::RunningServer(http::ServerOptions options, http::Respond respond) {
  options.address = "127.0.0.1:0";
  auto server = http::Server::listen(std::move(options), std::move(respond),
                                     [](const http::Refusal& refusal) {
                                       return http::Response{refusal.status, {}, refusal.message};
                                     });
  if (!server) throw std::runtime_error{server.error().detail};
  server_ = *std::move(server);
  thread_ = std::thread{[this] { outcome_ = server_->run(); }};
}

RunningServer::~RunningServer() {
  server_->stop();
  if (thread_.joinable()) thread_.join();
}

Result<void> RunningServer::outcome() {
  thread_.join();
  return outcome_;
}

}  // namespace peerlab::testing_support
