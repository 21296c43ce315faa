// Starting with something wrong: one line that says what, and an exit code.
#include "base/file.h"
#include "base/json.h"
#include "base/process.h"
#include "base/text.h"
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int kFailed = 1, kUsage = 2;

class Start : public GatewayTest {
 protected:
  static Outcome run_gateway(const std::vector<std::string>& flags,
                             std::map<std::string, std::string> environment = {}) {
    Command command{{PEERLAB_GATEWAY}, std::move(environment)};
    command.argv.insert(command.argv.end(), flags.begin(), flags.end());
    return *run(command, std::chrono::seconds{10});
  }
  // With an issuer, an audience and a state directory; the rest is the test's.
  Outcome run_with(std::vector<std::string> flags) const {
    flags.insert(flags.end(), {"--issuer", issuer_.url(), "--audience", "x", "--state-directory",
                               folder_.path().string()});
    return run_gateway(flags);
  }
  std::string file(const std::string& name, std::string_view text, mode_t mode = 0644) const {
    EXPECT_TRUE(write_file(folder_ / name, text, mode));
    return (folder_ / name).string();
  }
};

// Nothing but one structured line, which gives this reason.
MATCHER_P2(IsNotStarted, exit_code, reason, "") {
  *result_listener << arg.exit_code << " " << arg.errors;
  const auto line = parse_json(trim(arg.errors));
  return arg.exit_code == exit_code && arg.output.empty() && line &&
         line->at("message") == "not started" &&
         std::string_view{line->at("reason").as_string()}.find(reason) != std::string::npos;
}

TEST_F(Start, SaysThatThePortIsTaken) {
  start();
  const std::string address = "127.0.0.1:" + std::to_string(gateway_->port());
  EXPECT_THAT(run_with({"--address", address, "--pool", "3fff:100::/40"}),
              IsNotStarted(kFailed, "cannot listen on " + address + ": Address already in use"));
}

TEST_F(Start, SaysWhichFolderCannotKeepTheLedger) {
  const std::string missing = (folder_ / "missing").string();
  EXPECT_THAT(
      run_with({"--pool", "3fff:100::/40", "--database-url", "sqlite:" + missing + "/l.db"}),
      IsNotStarted(kFailed, "the ledger cannot be kept in " + missing));
}

TEST_F(Start, SaysWhatIsWrongWithTheSealKey) {
  const std::string key = file("seal.key", std::string(32, 'k'), 0644);
  EXPECT_THAT(run_with({"--pool", "3fff:100::/40"}), IsNotStarted(kFailed, "chmod 600"));
  file("seal.key", "short", 0600);
  EXPECT_THAT(run_with({"--pool", "3fff:100::/40"}), IsNotStarted(kFailed, key));
}

TEST_F(Start, MakesNoSealKeyWhereAnotherOneIsKept) {
  const std::string key = (folder_ / "kept.key").string();
  EXPECT_THAT(run_with({"--pool", "3fff:100::/40", "--seal-key-file", key}),
              IsNotStarted(kFailed, key));
  EXPECT_FALSE(std::filesystem::exists(key));
  file("kept.key", std::string(32, 'k'), 0440);
  start({"--seal-key-file", key});
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "seal.key"));
}

TEST_F(Start, SaysThatTheDatabaseBelongsToAnotherKey) {
  start();
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_EQ(gateway_->stop(), 0);
  file("seal.key", std::string(32, 'k'), 0600);
  EXPECT_THAT(run_with({"--pool", "3fff:100::/40"}),
              IsNotStarted(kFailed, "restore the key that belongs to it"));
}

TEST_F(Start, SaysThatAFileIsNoDatabase) {
  file("peerlab.db", std::string(8192, 'x'));
  EXPECT_THAT(run_with({"--pool", "3fff:100::/40"}),
              IsNotStarted(kFailed, (folder_ / "peerlab.db").string()));
}

TEST_F(Start, NamesTheLineOfThePoolFileAndWhatWouldBeRight) {
  const std::string pool = file("prefixes.txt", "# ours\n3fff:100::/48\n2a06:de00:5b:1000::/48\n");
  EXPECT_THAT(run_with({"--prefix-pool-file", pool}),
              IsNotStarted(kUsage, pool + ", line 3: 2a06:de00:5b:1000::/48 has host bits set: did "
                                          "you mean 2a06:de00:5b::/48, or a wider pool?"));
  file("prefixes.txt", "3fff:100::/40\n\n3fff:100:7::/48\n");
  EXPECT_THAT(run_with({"--prefix-pool-file", pool}),
              IsNotStarted(kUsage, pool + ", line 3: 3fff:100:7::/48 overlaps 3fff:100::/40"));
}

TEST_F(Start, TheExistingGatewaysCommandLineWorksAsItIs) {
  const std::string pool = file("prefixes.txt", "# pool\n\n3fff:100:7::/48\n3fff:100:9::/48\n");
  const std::string database = (folder_ / "members.db").string();
  gateway_ = std::make_unique<RunningGateway>(folder_.path(),
                                              std::vector<std::string>{"--database-url",
                                                                       "sqlite:" + database,
                                                                       "--prefix-pool-file",
                                                                       pool,
                                                                       "--asn-pool-start",
                                                                       "65100",
                                                                       "--asn-pool-end",
                                                                       "65101",
                                                                       "--auth0-jwks-uri",
                                                                       issuer_.keys_url(),
                                                                       "--auth0-issuer",
                                                                       issuer_.url(),
                                                                       "--agent-key",
                                                                       std::string{kAgentKey},
                                                                       "--auth0-management-api",
                                                                       "http://127.0.0.1:9/api/v2/",
                                                                       "--auth0-m2m-app-id",
                                                                       "app",
                                                                       "--auth0-m2m-app-secret",
                                                                       "secret",
                                                                       "--any-audience"});
  EXPECT_EQ(text_in(lease("alice"), "prefix"), "3fff:100:7::/48");
  EXPECT_EQ(object_in(info("alice")).at("asn"), 65100);
  EXPECT_EQ(mapping_rows().size(), 1U);
  EXPECT_EQ(issuer_.discovered(), 0);
  EXPECT_TRUE(std::filesystem::exists(database));
  EXPECT_THAT(gateway_->log(), HasSubstr(R"("email_directory":"http://127.0.0.1:9")"));
}

TEST_F(Start, CountsTheAsnPoolAsOperatorsMustRead) {
  start();
  EXPECT_THAT(gateway_->log(),
              HasSubstr("999 usable (65535 is reserved), 465 outside private use; never seen "
                        "outside the platform"));
}

TEST_F(Start, WritesNothingButStructuredLines) {
  start();
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_EQ(gateway_->stop(), 0);
  const std::string log = gateway_->log();
  for (const std::string_view line : split(trim(log), '\n')) {
    EXPECT_TRUE(parse_json(line)) << line;
  }
}

TEST_F(Start, NeedsAnIssuerAnAudienceAndAPoolAndNothingElse) {
  const std::string state = folder_.path().string();
  const RunningGateway bare{
      folder_.path(), {"--issuer", issuer_.url(), "--audience", "x", "--pool", "3fff:100::/40"}};
  EXPECT_TRUE(std::filesystem::exists(folder_ / "peerlab.db"));
  for (const char* missing : {"--issuer", "--audience", "--pool"}) {
    std::vector<std::string> flags;
    for (const auto& [flag, value] :
         std::map<std::string, std::string>{{"--issuer", issuer_.url()},
                                            {"--audience", "x"},
                                            {"--pool", "3fff:100::/40"},
                                            {"--state-directory", state}}) {
      if (flag != missing) flags.insert(flags.end(), {flag, value});
    }
    EXPECT_THAT(run_gateway(flags), IsNotStarted(kUsage, missing));
  }
}

TEST_F(Start, CheckConfigPrintsEachValueWithItsOriginAndNoSecret) {
  const std::string config =
      file("gateway.toml", "pool = [\"3fff:100::/40\"]\nleases_per_member = 2\n");
  const Outcome checked =
      run_gateway({"check-config", "--config", config, "--issuer", issuer_.url()},
                  {{"PEERLAB_GATEWAY_AUDIENCE", "a,b"},
                   {"PEERLAB_GATEWAY_AGENT_KEY", "a-key-nobody-may-read"}});
  EXPECT_EQ(checked.exit_code, 0) << checked.errors;
  EXPECT_THAT(
      checked.output,
      AllOf(HasSubstr("leases_per_member = 2  # " + config + ":2\n"),
            HasSubstr("audience = [\"a\", \"b\"]  # environment PEERLAB_GATEWAY_AUDIENCE\n"),
            HasSubstr("  # flag --issuer\n"), HasSubstr("asn_pool_end = 65999  # default\n"),
            HasSubstr("# agent_key is set by environment PEERLAB_GATEWAY_AGENT_KEY\n"),
            Not(HasSubstr("a-key-nobody-may-read"))));
}

TEST_F(Start, CheckConfigSaysWhatIsWrongAndTouchesNothing) {
  const std::string config = file("gateway.toml", "pol = [\"3fff:100::/40\"]\n");
  const Outcome checked = run_with({"check-config", "--config", config});
  EXPECT_EQ(checked.exit_code, kUsage);
  EXPECT_EQ(checked.output, "");
  EXPECT_EQ(checked.errors,
            "peerlab-gateway: " + config + ":1: pol: there is no such key; did you mean pool?\n");
  EXPECT_EQ(run_gateway({"check-config"}, {{"PEERLAB_GATEWAY_CONFIG", config}}).errors,
            checked.errors);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "peerlab.db"));
}

TEST_F(Start, SaysWhichVariableOfTheEnvironmentNobodyKnows) {
  const std::vector<std::string> enough{
      "--issuer", issuer_.url(),   "--audience",        "x",
      "--pool",   "3fff:100::/40", "--state-directory", folder_.path().string()};
  const std::map<std::string, std::string> misspelt{{"PEERLAB_GATEWAY_AGENT_KEY_FILE", "/k"}};
  EXPECT_THAT(run_gateway(enough, misspelt),
              IsNotStarted(kUsage, "did you mean PEERLAB_GATEWAY_AGENT_KEYS_FILE?"));
  for (const char* verb : {"check-config", "export", "import"}) {
    std::vector<std::string> flags{verb};
    flags.insert(flags.end(), enough.begin(), enough.end());
    const Outcome checked = run_gateway(flags, misspelt);
    EXPECT_EQ(checked.exit_code, kUsage) << verb;
    EXPECT_THAT(checked.errors, HasSubstr("PEERLAB_GATEWAY_AGENT_KEY_FILE: there is no such"));
  }
}

TEST_F(Start, TheExampleConfigurationIsOneThatStarts) {
  const Outcome checked = run_gateway(
      {"check-config", "--config", PEERLAB_SOURCE_DIR "/deploy/gateway/gateway.toml.example"});
  EXPECT_EQ(checked.exit_code, 0) << checked.errors;
}

TEST_F(Start, AnswersAboutItself) {
  EXPECT_THAT(run_gateway({"--version"}).output, HasSubstr("peerlab-gateway 0."));
  const Outcome help = run_gateway({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, HasSubstr("PEERLAB_GATEWAY_SOME_NAME"));
  EXPECT_EQ(run_gateway({"--no-such-flag"}).exit_code, kUsage);
}

TEST_F(Start, ThePlatformIsDescribedToAnybody) {
  const std::string config =
      file("gateway.toml",
           "platform_name = \"Test\"\nplatform_asn = 64501\ncli_client_id = \"cli\"\n"
           "portal_client_id = \"portal\"\nlogin_server = \"https://hs.example/\"\n[[site]]\n"
           "name = \"ixpfra01\"\nnode_id = 7\noverlay_ipv4 = \"100.64.0.1\"\n"
           "overlay_ipv6 = \"fd7a:115c:a1e0::1\"\nlooking_glass = \"https://lg.example/\"\n");
  start({"--config", config});
  const auto platform = object_in(send(http::Method::Get, "/api/platform", ""));
  EXPECT_EQ(platform.at("name"), "Test");
  EXPECT_EQ(platform.at("asn"), 64501);
  EXPECT_EQ(platform.at("pool"), boost::json::array{"3fff:100::/40"});
  EXPECT_EQ(platform.at("issuer").as_string(), issuer_.url());
  EXPECT_TRUE(platform.at("communities").as_object().contains("64501:0:1"));
  EXPECT_EQ(platform.at("audience").as_string(), kAudience);
  EXPECT_EQ(platform.at("login_server"), "https://hs.example/");
  EXPECT_EQ(platform.at("sites").as_array().at(0),
            (boost::json::object{{"name", "ixpfra01"},
                                 {"node_id", 7},
                                 {"overlay_ipv4", "100.64.0.1"},
                                 {"overlay_ipv6", "fd7a:115c:a1e0::1"},
                                 {"looking_glass", "https://lg.example/"}}));
}

}  // namespace
}  // namespace peerlab::testing_support
