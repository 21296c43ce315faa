// The contract as a fuzzer reads it: schemathesis, all of its checks, as a member, as an agent, as
// an operator and as anybody.  ./dev installs it and names it in PEERLAB_SCHEMATHESIS.
#include <cstdlib>

#include "base/file.h"
#include "base/process.h"
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

constexpr std::string_view kOperatorKey = "key-of-olga-0123456789";

class Contract : public GatewayTest {
 protected:
  void survives_schemathesis(const std::string& tag, const std::string& bearer) {
    const char* const program = std::getenv("PEERLAB_SCHEMATHESIS");
    if (program == nullptr) {
      GTEST_SKIP() << "PEERLAB_SCHEMATHESIS names no schemathesis: it could not be installed";
    }
    const auto operator_keys = folder_ / "operator-keys";
    (void)write_file(operator_keys, "olga " + std::string{kOperatorKey} + "\n", 0600);
    start({"--rate-per-address", "off", "--rate-per-member", "off", "--roa-file",
           (folder_ / "roas.json").string(), "--operator-keys-file", operator_keys.string()});
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
TEST_F(Contract, SurvivesSchemathesisAsAnOperator) {
  survives_schemathesis("operator", std::string{kOperatorKey});
}
TEST_F(Contract, SurvivesSchemathesisAsAnybody) { survives_schemathesis("public", ""); }

}  // namespace
}  // namespace peerlab::testing_support
