#include "tests/support/test_issuer.h"

#include <stdexcept>

namespace peerlab::testing_support {

TestIssuer::TestIssuer(std::string keys) : keys_{std::move(keys)} {
  http::ServerOptions options;
  options.address = "127.0.0.1:0";
  options.drain_timeout = std::chrono::milliseconds{0};
  auto server = http::Server::listen(
      options, [this](const http::Request& request) { return answer(request); },
      [](const http::Refusal& refusal) {
        return http::Response{refusal.status, {}, {}};
      });
  if (!server) throw std::runtime_error{"the test issuer: " + server.error().detail};
  server_ = *std::move(server);
  url_ = "http://127.0.0.1:" + std::to_string(server_->port()) + "/";
  discovery_ = R"({"issuer":")" + url_ + R"(","jwks_uri":")" + keys_url() + R"("})";
  serving_ = std::thread{[this] { static_cast<void>(server_->run()); }};
}

TestIssuer::~TestIssuer() {
  server_->stop();
  serving_.join();
}

void TestIssuer::publish(std::string keys) {
  const std::lock_guard lock{mutex_};
  keys_ = std::move(keys);
}

void TestIssuer::discovery(std::string document) {
  const std::lock_guard lock{mutex_};
  discovery_ = std::move(document);
}

void TestIssuer::down(bool is_down) { is_down_ = is_down; }

void TestIssuer::slow(std::chrono::milliseconds delay) { delay_ = delay; }

http::Response TestIssuer::answer(const http::Request& request) {
  const bool keys = request.path == "/keys";
  if (!keys && request.path != "/.well-known/openid-configuration") return {404, {}, {}};
  ++(keys ? keys_fetched_ : discovered_);
  std::this_thread::sleep_for(delay_.load());
  if (is_down_) return {503, {}, {}};
  const std::lock_guard lock{mutex_};
  return {200, {{"Content-Type", "application/json"}}, keys ? keys_ : discovery_};
}

}  // namespace peerlab::testing_support
