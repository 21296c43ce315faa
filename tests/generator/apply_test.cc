// peerlab-bird-config and a BIRD that answers: what one run changes, and what it leaves alone.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tests/generator/ixp_server.h"

namespace peerlab::generator_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class Apply : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_NAMESPACES(); }
};

struct stat status_of(const std::filesystem::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status;
}

TEST_F(Apply, WritesThePolicyAndBirdRunsIt) {
  IxpServer server;
  server.tell_members(2);
  const Outcome outcome = server.generate();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("applied: 2 sessions, 2 leases"));
  EXPECT_TRUE(has_session(server.policy(), 1) && has_session(server.policy(), 2));
  EXPECT_EQ(server.reconfigurations(), 1U);
  EXPECT_THAT(server.bird_says("show protocols \"peerlab_n*\""), HasSubstr("peerlab_n2"));
  EXPECT_THAT(server.bird_says("show route table peerlab_leases"),
              HasSubstr("3fff:100:2::/48-48 AS65002"));
}

TEST_F(Apply, AsksEachSourceOnceWithItsOwnKeyOnly) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  ASSERT_THAT(server.gateway.requests(), SizeIs(1));
  ASSERT_THAT(server.headscale.requests(), SizeIs(1));
  const std::string to_gateway = server.gateway.requests()[0];
  const std::string to_headscale = server.headscale.requests()[0];
  EXPECT_THAT(to_gateway, StartsWith("GET /service/mappings?wait=0 HTTP/1.1\r\n"));
  EXPECT_THAT(to_gateway, HasSubstr("Bearer " + std::string{kAgentKey}));
  EXPECT_THAT(to_gateway, Not(HasSubstr(std::string{kHeadscaleKey})));
  EXPECT_THAT(to_headscale, HasSubstr("Bearer " + std::string{kHeadscaleKey}));
  EXPECT_THAT(to_headscale, Not(HasSubstr(std::string{kAgentKey})));
}

TEST_F(Apply, LeavesFileAndBirdAloneWhereNothingChanged) {
  IxpServer server;
  server.tell_members(2);
  ASSERT_EQ(server.generate().exit_code, 0);
  const struct stat before = status_of(server.policy_file());
  const Outcome again = server.generate();
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.errors, IsEmpty());
  const struct stat after = status_of(server.policy_file());
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
  EXPECT_EQ(server.reconfigurations(), 1U);
}

TEST_F(Apply, WritesTheSameBytesWhateverTheOrderOfTheAnswers) {
  IxpServer server;
  const Instant end = in_an_hour();
  server.tell_mappings({member(1, end), member(2, end)});
  server.tell_nodes({node(1), node(2)});
  ASSERT_EQ(server.generate().exit_code, 0);
  const std::string before = server.policy();
  server.tell_mappings({member(2, end), member(1, end)});
  server.tell_nodes({node(2), node(1)});
  ASSERT_EQ(server.generate().exit_code, 0);
  EXPECT_EQ(server.policy(), before);
  EXPECT_EQ(server.reconfigurations(), 1U);
}

TEST_F(Apply, RepairsAFileThatWasEditedByHand) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  const std::string policy = server.policy();
  ASSERT_TRUE(write_file(server.policy_file(), policy + "# mine\n"));
  EXPECT_EQ(server.generate().exit_code, 0);
  EXPECT_EQ(server.policy(), policy);
  EXPECT_EQ(server.reconfigurations(), 2U);
}

TEST_F(Apply, GivesBirdAFileItsOwnUserCanReadAndKeepsTheFactsToItself) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, 0);
  EXPECT_EQ(status_of(server.policy_file()).st_mode & 0777U, 0644U);
  EXPECT_EQ(status_of(server.state_directory() / "facts.json").st_mode & 0777U, 0600U);
  const std::string facts = *read_file(server.state_directory() / "facts.json");
  EXPECT_THAT(facts, Not(HasSubstr(subject_of(1))));
}

TEST_F(Apply, ReadsNodesFromAFileInsteadOfHeadscale) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_TRUE(write_file(server.folder() / "nodes.json", R"({"nodes":[)" + node(1) + "]}"));
  Command command = server.command({"--nodes", (server.folder() / "nodes.json").string()});
  const auto flag = std::find(command.argv.begin(), command.argv.end(), "--headscale-api-url");
  command.argv.erase(flag, flag + 2);
  const auto outcome = run(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 0) << outcome->errors;
  EXPECT_TRUE(has_session(server.policy(), 1));
  EXPECT_THAT(server.headscale.requests(), IsEmpty());
}

TEST_F(Apply, TakesKeysFromTheEnvironmentOfTheExistingGenerator) {
  IxpServer server;
  server.tell_members(1);
  Command command = server.command();
  for (const char* const name : {"--peerlab-agent-key-file", "--headscale-api-key-file",
                                 "--peerlab-gateway-url", "--headscale-api-url", "--output-file"}) {
    const auto flag = std::find(command.argv.begin(), command.argv.end(), name);
    command.argv.erase(flag, flag + 2);
  }
  command.environment = {{"PEERLAB_AGENT_KEY", std::string{kAgentKey}},
                         {"HEADSCALE_API_KEY", std::string{kHeadscaleKey}},
                         {"PEERLAB_GATEWAY_URL", server.gateway.url("/service/mappings")},
                         {"HEADSCALE_API_URL", server.headscale.url("/api/v1/node")},
                         {"BIRD_CONFIG_OUTPUT", server.policy_file().string()}};
  const auto outcome = run(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 0) << outcome->errors;
  EXPECT_TRUE(has_session(server.policy(), 1));
}

}  // namespace
}  // namespace peerlab::generator_test
