#include "base/file.h"
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;

class AgentKeyOfTheProgram : public GatewayTest {
 protected:
  int mappings_with(const std::string& key) {
    return send(Method::Get, "/service/mappings", key).status;
  }
};

TEST_F(AgentKeyOfTheProgram, CanBeRotatedSinceTheFileHoldsSeveral) {
  const std::string next = "the-next-key-of-ixpfra01";
  ASSERT_TRUE(write_file(folder_ / "agent-keys",
                         "# old\n" + std::string{kAgentKey} + "\n\n" + next + "\n", 0600));
  start();
  EXPECT_EQ(mappings_with(std::string{kAgentKey}), 200);
  EXPECT_EQ(mappings_with(next), 200);
  ASSERT_TRUE(write_file(folder_ / "agent-keys", next + "\n", 0600));
  start();
  EXPECT_EQ(mappings_with(std::string{kAgentKey}), 401);
  EXPECT_EQ(mappings_with(next), 200);
}

TEST_F(AgentKeyOfTheProgram, IsNothingThatAMemberOrAGuessHas) {
  start();
  for (const std::string& key :
       {std::string{}, std::string{"agent-key"}, std::string{kAgentKey.substr(1)},
        std::string{kAgentKey} + "x", token("alice")}) {
    EXPECT_EQ(mappings_with(key), 401) << key;
  }
  EXPECT_THAT(send(Method::Get, "/api/user/info", std::string{kAgentKey}), Answers(401));
}

TEST_F(AgentKeyOfTheProgram, WithoutAnyNobodyIsServedAndTheStartSaysSo) {
  const RunningGateway bare{
      folder_.path(),
      {"--issuer", issuer_.url(), "--audience", std::string{kAudience}, "--pool", "3fff:100::/40"}};
  for (const char* key : {"", "x", "agent-key", "0123456789abcdef0123"}) {
    http::ClientRequest request{.url = bare.url("/service/mappings")};
    request.headers.add("Authorization", std::string{"Bearer "} + key);
    EXPECT_EQ(client_.send(request)->status, 401) << key;
  }
  EXPECT_THAT(bare.log(), HasSubstr("no agent keys: every service route answers 401"));
}

TEST_F(AgentKeyOfTheProgram, OnTheCommandLineWorksAndIsWarnedOf) {
  const std::string key = "a-key-that-ps-shows-everybody";
  const RunningGateway bare{folder_.path(),
                            {"--issuer", issuer_.url(), "--audience", std::string{kAudience},
                             "--pool", "3fff:100::/40", "--agent-key", key}};
  http::ClientRequest request{.url = bare.url("/service/mappings")};
  request.headers.add("Authorization", "Bearer " + key);
  EXPECT_EQ(client_.send(request)->status, 200);
  EXPECT_THAT(bare.log(), HasSubstr("--agent-key is visible in the process list"));
  EXPECT_THAT(bare.log(), testing::Not(HasSubstr(key)));
}

}  // namespace
}  // namespace peerlab::testing_support
