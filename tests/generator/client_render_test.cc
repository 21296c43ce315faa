// `peerlab-client render` as a member runs it.
#include <gmock/gmock.h>

#include "base/file.h"
#include "base/process.h"
#include "tests/support/loopback_server.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::generator_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::http_answer;
using testing_support::LoopbackServer;
using testing_support::TemporaryFolder;

constexpr int kDone = 0, kFailed = 1, kUsage = 2, kUnreachable = 6;

class ClientRender : public testing::Test {
 protected:
  ClientRender() {
    platform_.answer(http_answer(
        "200 OK",
        R"({"asn":64500,"sites":[{"name":"ams01","node_id":1,"overlay_ipv4":"100.64.0.1","overlay_ipv6":"fd7a:115c:a1e0::1"},)"
        R"({"name":"fra01","node_id":2,"overlay_ipv4":"100.64.0.2","overlay_ipv6":"fd7a:115c:a1e0::2"}]})"));
    environment_ = {{"USER_ASN", "65001"},
                    {"USER_PREFIXES", "3fff:100:1::/48,3fff:100:2::/48"},
                    {"PEERLAB_API_URL", platform_.url("")},
                    {"PEERLAB_OVERLAY_IPV4", "100.64.0.9"},
                    {"PEERLAB_OVERLAY_IPV6", "fd7a:115c:a1e0::9"}};
  }
  Outcome render(const std::vector<std::string>& flags = {}) const {
    Command command{{PEERLAB_BINARY_DIR "/bin/peerlab-client", "render"}, environment_};
    command.argv.insert(command.argv.end(), flags.begin(), flags.end());
    return run(command).value_or(Outcome{-1, "", "it did not run"});
  }
  std::string copy(std::string_view text) const {
    EXPECT_TRUE(write_file(folder_ / "own.mustache", text));
    return folder_ / "own.mustache";
  }
  LoopbackServer platform_;
  TemporaryFolder folder_;
  std::map<std::string, std::string> environment_;
};

TEST_F(ClientRender, TakesAsnAndLeasesFromTheEnvironmentAndBirdAcceptsTheResult) {
  const Outcome outcome = render({"--check"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
  EXPECT_THAT(outcome.output,
              AllOf(HasSubstr("route 3fff:100:1::/48 blackhole;"),
                    HasSubstr("route 3fff:100:2::/48 blackhole;"), HasSubstr("as 65001;"),
                    HasSubstr("protocol bgp ixp_ams01"), HasSubstr("protocol bgp ixp_fra01"),
                    HasSubstr("filter ExportToIXP"), HasSubstr("import table on;")));
}

TEST_F(ClientRender, WithoutLeasesIsReceiveOnlyAndBirdAcceptsIt) {
  for (const char* const none : {"", " "}) {
    environment_["USER_PREFIXES"] = none;
    const Outcome outcome = render({"--check"});
    EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
    EXPECT_THAT(outcome.output, Not(HasSubstr("blackhole;")));
  }
}

TEST_F(ClientRender, RefusesThePlatformsOwnAsn) {
  const Outcome outcome = render({"--asn", "64500"});
  EXPECT_EQ(outcome.exit_code, kUsage);
  EXPECT_THAT(outcome.errors, HasSubstr("AS64500 is the platform's own"));
  EXPECT_THAT(outcome.output, IsEmpty());
}

TEST_F(ClientRender, FindsBirdWherePeoplesPathDoesNotLead) {
  if (!std::filesystem::exists("/usr/sbin/bird")) GTEST_SKIP() << "needs bird in /usr/sbin";
  environment_["PATH"] = "/nonexistent";
  const Outcome outcome = render({"--check"});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
}

TEST_F(ClientRender, SaysItsVersion) {
  const auto outcome = run({{PEERLAB_BINARY_DIR "/bin/peerlab-client", "--version"}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, kDone);
  EXPECT_THAT(outcome->output, testing::MatchesRegex("peerlab-client [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(ClientRender, PrefersAFlagToTheEnvironment) {
  const Outcome outcome = render({"--asn", "65007", "--prefixes", "3fff:100:7::/48"});
  EXPECT_THAT(outcome.output, AllOf(HasSubstr("as 65007;"), HasSubstr("3fff:100:7::/48"),
                                    Not(HasSubstr("65001")), Not(HasSubstr("3fff:100:1:"))));
}

TEST_F(ClientRender, PrefersAMembersOwnTemplate) {
  const Outcome outcome = render({"--template", copy("mine {{user_asn}}\n")});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
  EXPECT_EQ(outcome.output, "mine 65001\n");
}

TEST_F(ClientRender, NamesTheTemplatesLineThatAsksForWhatThereIsNot) {
  const Outcome outcome = render({"--template", copy("router id {{router_id}};\n{{colour}}\n")});
  EXPECT_EQ(outcome.exit_code, kFailed);
  EXPECT_THAT(outcome.errors, HasSubstr("line 2: there is no value named 'colour'"));
  EXPECT_THAT(outcome.output, IsEmpty());
}

TEST_F(ClientRender, WritesNothingThatBirdRefuses) {
  const std::string out = folder_ / "bird.conf";
  const Outcome outcome = render({"--check", "--template", copy("nonsense {\n"), "--out", out});
  EXPECT_EQ(outcome.exit_code, kFailed);
  EXPECT_THAT(outcome.errors, HasSubstr("BIRD refuses this configuration"));
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(ClientRender, WritesToTheFileItIsGiven) {
  const std::string out = folder_ / "bird.conf";
  const Outcome outcome = render({"--out", out});
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
  EXPECT_THAT(outcome.output, IsEmpty());
  EXPECT_EQ(read_file(out).value_or(""), render().output);
}

TEST_F(ClientRender, RefusesWrongValuesWithTheReason) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> table{
      {{"--asn", "65001x"}, "USER_ASN or --asn: "},
      {{"--asn", "0"}, "USER_ASN or --asn: "},
      {{"--asn", "4294967296"}, "USER_ASN or --asn: "},
      {{"--prefixes", "3fff:100::/47"}, "USER_PREFIXES or --prefixes: "},
      {{"--prefixes", "3fff:100:1:1::/48"}, "did you mean 3fff:100:1::/48"},
      {{"--prefixes", "::/0; protocol evil"}, "USER_PREFIXES or --prefixes: "},
      {{"--overlay-ipv4", "192.0.2.1"}, "--overlay-ipv4: 192.0.2.1 is not inside 100.64.0.0/10"},
      {{"--overlay-ipv6", "x"}, "--overlay-ipv6: "},
      {{"--api-url", "ftp://platform"}, "--api-url"},
      {{"--colour"}, "--colour"}};
  for (const auto& [flags, reason] : table) {
    const Outcome outcome = render(flags);
    EXPECT_EQ(outcome.exit_code, kUsage) << flags.front() << ": " << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(reason));
    EXPECT_THAT(outcome.output, IsEmpty());
  }
}

TEST_F(ClientRender, SaysThatThePlatformIsUnreachable) {
  platform_.answer(http_answer("503 Service Unavailable", ""));
  EXPECT_EQ(render().exit_code, kUnreachable);
  platform_.stop();
  const Outcome outcome = render();
  EXPECT_EQ(outcome.exit_code, kUnreachable);
  EXPECT_THAT(outcome.errors, HasSubstr("127.0.0.1"));
  EXPECT_THAT(outcome.output, IsEmpty());
}

TEST_F(ClientRender, RefusesASiteNameThatIsBirdCode) {
  platform_.answer(http_answer(
      "200 OK",
      R"({"asn":64500,"sites":[{"name":"x { }\nprotocol evil","node_id":1,"overlay_ipv4":"100.64.0.1","overlay_ipv6":"fd7a:115c:a1e0::1"}]})"));
  const Outcome outcome = render();
  EXPECT_EQ(outcome.exit_code, kFailed);
  EXPECT_THAT(outcome.errors, HasSubstr("the platform's facts: "));
  EXPECT_THAT(outcome.output, IsEmpty());
}

}  // namespace
}  // namespace peerlab::generator_test
