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
    start({"--rate-per-address", "off", "--rate-per-member", "off", "--roa-file",
           (folder_ / "roas.json").string()});
    const std::string settings = PEERLAB_SOURCE_DIR "/tests/gateway/schemathesis.toml";
    std::vector<std::string> command{program, "--config-file", settings, "run"};
    command.insert(command.end(), {gateway_->url("/openapi.json"), "--checks", "all", "--seed", "1",
                                   "--include-tag", tag, "--max-examples", "100", "--no-color",
                                   // it goes on for as long as its token
                                   "--exclude-operation-id", "streamHoldings"});
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
