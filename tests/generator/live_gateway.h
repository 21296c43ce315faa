// The gateway's own endpoint behind the gateway's own server, its ledger in the test's hands.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::generator_test {

// Members are numbered from 1; enrolled in this order they have AS65001, AS65002, ...
class LiveGateway {
 public:
  LiveGateway();
  ~LiveGateway();
  LiveGateway(const LiveGateway&) = delete;
  LiveGateway& operator=(const LiveGateway&) = delete;

  void enrol(unsigned number);  // an ASN, no lease
  // From this second on, as if a member had asked this process for it.
  Lease lease(unsigned number, std::chrono::seconds length);
  // The member's machine: node NUMBER, 100.64.x.y.
  [[nodiscard]] std::string node_of(unsigned number) const;

  void stop();   // nobody listens any more
  void start();  // on the same port as before
  // Where it is and the key it asks for; a file with that is written into the folder.
  [[nodiscard]] std::vector<std::string> flags(const std::filesystem::path& folder) const;

 private:
  testing_support::TestGateway parts_;
  SystemClock clock_;
  AllocationRules rules_;
  std::uint16_t port_ = 0;
  std::unique_ptr<gateway::MappingsFeed> feed_;
  std::unique_ptr<http::Server> server_;
  std::thread running_;
};

}  // namespace peerlab::generator_test
