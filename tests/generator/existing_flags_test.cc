// The existing generator's flags or environment alone (COMPAT.md 5; POLICY.md 4): a policy in the
// function form is written, and BIRD is nobody's business here.
#include <gmock/gmock.h>

#include <thread>

#include "base/file.h"
#include "tests/generator/ixp_server.h"
#include "wire/mapping_document.h"

namespace peerlab::generator_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::http_answer;

class ExistingFlags : public testing::Test {
 protected:
  void tell(unsigned members, Instant end = in_an_hour()) {
    std::vector<Mapping> mappings;
    std::string nodes;
    for (unsigned number = 1; number <= members; ++number) {
      mappings.push_back(member(number, end));
      nodes += (nodes.empty() ? "" : ",") + node(number);
    }
    gateway_.answer(http_answer("200 OK", wire::encode(mappings)));
    headscale_.answer(http_answer("200 OK", "{\"nodes\":[" + nodes + "]}"));
  }
  [[nodiscard]] Outcome generate(const std::vector<std::string>& more = {}) const {
    return generate_to(file(), more);
  }
  [[nodiscard]] Outcome generate_to(const std::string& output,
                                    const std::vector<std::string>& more = {}) const {
    Command command{{PEERLAB_BINARY_DIR "/bin/peerlab-bird-config", "--headscale-api-url",
                     headscale_.url("/api/v1/node"), "--headscale-api-key",
                     std::string{kHeadscaleKey}, "--peerlab-gateway-url",
                     gateway_.url("/service/mappings"), "--peerlab-agent-key",
                     std::string{kAgentKey}, "--output-file", output}};
    command.argv.insert(command.argv.end(), more.begin(), more.end());
    return run(command).value();
  }
  [[nodiscard]] std::string file() const { return folder_ / "peerlab_generated.conf"; }
  [[nodiscard]] std::string policy() const { return read_file(file()).value_or(""); }

  testing_support::LoopbackServer gateway_, headscale_;
  testing_support::TemporaryFolder folder_;
};

TEST_F(ExistingFlags, WriteTheFunctionFormAndNeedNoBird) {
  tell(2);
  const Outcome outcome = generate();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("written: 2 sessions, 2 leases"));
  EXPECT_THAT(policy(), HasSubstr("function enforce_user_policy(ip remote_ip)\n"));
  EXPECT_THAT(policy(), HasSubstr("    # User: member-1@example.org\n"
                                  "    100.64.0.1: enforce_user_admit(65001, [ 3fff:100:1::/48 ], "
                                  "fd7a:115c:a1e0::1);\n"));
  EXPECT_THAT(policy(), HasSubstr("define ENFORCE_USER_AS   = 0;\n"));
}

TEST_F(ExistingFlags, AloneInTheEnvironmentDoTheSame) {
  tell(1);
  const Outcome outcome = run({{PEERLAB_BINARY_DIR "/bin/peerlab-bird-config"},
                               {{"HEADSCALE_API_URL", headscale_.url("/api/v1/node")},
                                {"HEADSCALE_API_KEY", std::string{kHeadscaleKey}},
                                {"PEERLAB_GATEWAY_URL", gateway_.url("/service/mappings")},
                                {"PEERLAB_AGENT_KEY", std::string{kAgentKey}},
                                {"BIRD_CONFIG_OUTPUT", file()}}})
                              .value();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(policy(), HasSubstr("enforce_user_admit(65001"));
}

TEST_F(ExistingFlags, TakeAnAsnForTheReasonsAndAHashForTheNames) {
  tell(1);
  EXPECT_EQ(generate({"--asn", "64500", "--label", "hash"}).exit_code, 0);
  EXPECT_THAT(policy(), HasSubstr("define ENFORCE_USER_AS   = 64500;\n"));
  EXPECT_THAT(policy(), Not(HasSubstr("example.org")));
}

TEST_F(ExistingFlags, LeaveAnUnchangedFileAlone) {
  tell(2);
  ASSERT_EQ(generate().exit_code, 0);
  const auto written = std::filesystem::last_write_time(file());
  const Outcome again = generate();
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.errors, IsEmpty());
  EXPECT_EQ(std::filesystem::last_write_time(file()), written);
}

TEST_F(ExistingFlags, WithASourceDownKeepThePolicyWithoutWhatEnded) {
  tell(1, now() + std::chrono::seconds{2});
  ASSERT_EQ(generate().exit_code, 0);
  ASSERT_THAT(policy(), HasSubstr("3fff:100:1::/48"));
  gateway_.answer(http_answer("500 Internal Server Error", ""));
  std::this_thread::sleep_for(std::chrono::seconds{2});
  EXPECT_EQ(generate().exit_code, 4);
  EXPECT_THAT(policy(), HasSubstr("100.64.0.1: enforce_user_admit(65001, [ ],"));
}

TEST_F(ExistingFlags, WhereNothingCanBeWrittenSaySo) {
  tell(1);
  ASSERT_TRUE(write_file(folder_ / "file", ""));
  const Outcome outcome = generate_to(folder_ / "file/policy.conf");
  EXPECT_EQ(outcome.exit_code, 6) << outcome.errors;
}

}  // namespace
}  // namespace peerlab::generator_test
