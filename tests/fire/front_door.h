// Three gateways on one PostgreSQL behind a Caddy, as deploy/gateway has them.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/gateway/running_gateway.h"

namespace peerlab::fire {

class FrontDoor {
 public:
  static constexpr int kGateways = 3;

  // `flags` are those of each gateway.  Returns when Caddy passes requests on; throws where it does
  // not.
  FrontDoor(const std::filesystem::path& folder, const std::vector<std::string>& flags);
  ~FrontDoor();
  FrontDoor(const FrontDoor&) = delete;
  FrontDoor& operator=(const FrontDoor&) = delete;

  // Where Caddy listens.
  [[nodiscard]] const std::string& socket() const { return socket_; }
  // What each gateway logged.
  [[nodiscard]] std::vector<std::string> logs() const;

 private:
  std::string socket_;
  std::vector<std::unique_ptr<testing_support::RunningGateway>> gateways_;
  pid_t caddy_ = 0;
};

}  // namespace peerlab::fire
