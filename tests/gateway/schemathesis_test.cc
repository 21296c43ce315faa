// The contract as a fuzzer reads it: schemathesis, all of its checks, as a member, as an agent and
// as anybody.  ./dev installs it and names it in PEERLAB_SCHEMATHESIS.
#include <cstdlib>

#include "base/process.h"
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

class Contract : public GatewayTest {
 protected:
  void survives_schemathesis(const std::string& tag, const std::string& bearer) {
    const char* const program = std::getenv("PEERLAB_SCHEMATHESIS");
    if (program == nullptr) {
      GTEST_SKIP() << "PEERLAB_SCHEMATHESIS names no schemathesis: it could not be installed";
    }
    start({"--rate-per-address", "off", "--rate-per-member", "off"});
    std::vector<std::string> command{program, "run", gateway_->url("/openapi.json"), "--checks",
                                     "all", "--include-tag", tag,
                                     // 503 until the platform has a ROA publisher
                                     "--exclude-operation-id", "switchRpki",
                                     // it goes on for as long as its token
                                     "--exclude-operation-id", "streamHoldings", "--max-examples",
                                     "100", "--seed", "1", "--no-color"};
    if (!bearer.empty()) {
      command.insert(command.end(), {"--header", "Authorization: Bearer " + bearer});
    }
    const auto ran = run({command}, std::chrono::minutes{5});
    ASSERT_TRUE(ran) << ran.error().detail;
    EXPECT_EQ(ran->exit_code, 0) << ran->output << ran->errors;
  }
};

TEST_F(Contract, SurvivesSchemathesisAsAMember) { survives_schemathesis("member", token("fuzz")); }
TEST_F(Contract, SurvivesSchemathesisAsAnAgent) {
  survives_schemathesis("agent", std::string{kAgentKey});
}
TEST_F(Contract, SurvivesSchemathesisAsAnybody) { survives_schemathesis("public", ""); }

}  // namespace
}  // namespace peerlab::testing_support
