// A gateway whose limits do not hinder a crowd, and the histories of its members.
#pragma once

#include "tests/fire/checker.h"
#include "tests/fire/crowd.h"
#include "tests/fire/ledger_state.h"
#include "tests/gateway/gateway_test.h"
#include "tests/support/postgres_server.h"

namespace peerlab::fire {

// What a gateway promises of every answer while its database is gone, silent, slow or full: 3 s to
// connect, 5 s to answer, once more, 2 s for a place; and what a loaded test machine adds.
inline constexpr std::chrono::seconds kBound{30};

class GatewayUnderFire : public testing_support::GatewayTest {
 protected:
  void start_on(const std::string& database_url, std::vector<std::string> flags = {});

  [[nodiscard]] std::vector<Membership> members(int count) const;
  [[nodiscard]] std::filesystem::path histories() const;

  // One request of a member by the crowd's way, in its own history; the answer where there was one.
  std::optional<http::ClientResponse> ask(Verb verb, const std::string& member);

  // Clear and unclear answers alike, beside what the database holds.
  void expect_kept_promises(const std::string& database_url) const;

  // Asks until a member's lease is granted.
  void expect_recovery(const std::string& member);
};

// 503 that says when to come back.
MATCHER(IsAClear503, "") {
  *result_listener << arg.status << " " << arg.body;
  return arg.status == 503 && arg.headers.find("Retry-After").has_value();
}

}  // namespace peerlab::fire
