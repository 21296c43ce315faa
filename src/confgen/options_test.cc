#include "confgen/options.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <map>
#include <sstream>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::TemporaryFolder;
using Arguments = std::vector<std::string>;

const Arguments kEnough{"--site",
                        "site.toml",
                        "--peerlab-gateway-url",
                        "http://g/service/mappings",
                        "--peerlab-agent-key",
                        "agent",
                        "--headscale-api-url",
                        "http://h/api/v1/node",
                        "--headscale-api-key",
                        "headscale"};

class Options : public testing::Test {
 protected:
  ~Options() override {
    for (const std::string& name : names_) ::unsetenv(name.c_str());
  }
  void environment(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    names_.push_back(name);
  }
  auto parse(Arguments arguments) {
    arguments.insert(arguments.begin(), "peerlab-bird-config");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    testing::internal::CaptureStderr();
    auto options = parse_options(static_cast<int>(argv.size()), argv.data(), out_);
    said_ = testing::internal::GetCapturedStderr();
    return options;
  }
  OneShotOptions one_shot(const Arguments& arguments) {
    const auto options = parse(arguments);
    EXPECT_TRUE(std::holds_alternative<OneShotOptions>(options)) << said_;
    const auto* const found = std::get_if<OneShotOptions>(&options);
    return found == nullptr ? OneShotOptions{} : *found;
  }
  // -1: it went on.
  int left_with(const Arguments& arguments) {
    const auto options = parse(arguments);
    const auto* const leave = std::get_if<Leave>(&options);
    return leave == nullptr ? -1 : leave->exit_code;
  }
  std::ostringstream out_;
  std::string said_;

 private:
  std::vector<std::string> names_;
};

Arguments plus(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// kEnough without this flag and its value.
Arguments without(const std::string& flag) {
  Arguments arguments = kEnough;
  const auto at = std::find(arguments.begin(), arguments.end(), flag);
  arguments.erase(at, at + 2);
  return arguments;
}

TEST_F(Options, DefaultToTheInstalledPlaces) {
  const OneShotOptions options = one_shot(kEnough);
  EXPECT_EQ(options.output_file, "/etc/bird/peerlab_generated.conf");
  EXPECT_EQ(options.bird_config, "/etc/bird/bird.conf");
  EXPECT_EQ(options.bird_socket, "/run/bird/bird.ctl");
  EXPECT_EQ(options.state_directory, "/var/lib/peerlab");
  EXPECT_EQ(options.source_timeout, std::chrono::seconds{10});
  EXPECT_FALSE(options.accept_shrink);
}

// COMPAT.md 5: the existing generator's environment.
TEST_F(Options, ComeFromTheEnvironmentWhereNoFlagSaysOtherwise) {
  environment("HEADSCALE_API_URL", "http://env/api/v1/node");
  environment("HEADSCALE_API_KEY", "env-headscale");
  environment("PEERLAB_GATEWAY_URL", "http://env/service/mappings");
  environment("PEERLAB_AGENT_KEY", "env-agent");
  environment("BIRD_CONFIG_OUTPUT", "/env/policy.conf");
  environment("STATE_DIRECTORY", "/env/state");
  const OneShotOptions from_environment = one_shot({"--site", "site.toml"});
  EXPECT_EQ(from_environment.headscale_nodes_url, "http://env/api/v1/node");
  EXPECT_EQ(from_environment.headscale_key, Secret{"env-headscale"});
  EXPECT_EQ(from_environment.mappings_url, "http://env/service/mappings");
  EXPECT_EQ(from_environment.agent_key, Secret{"env-agent"});
  EXPECT_EQ(from_environment.output_file, "/env/policy.conf");
  EXPECT_EQ(from_environment.state_directory, "/env/state");

  const OneShotOptions from_flags =
      one_shot(plus(kEnough, {"--output-file", "/flag/policy.conf", "--state-directory", "/flag"}));
  EXPECT_EQ(from_flags.headscale_nodes_url, "http://h/api/v1/node");
  EXPECT_EQ(from_flags.headscale_key, Secret{"headscale"});
  EXPECT_EQ(from_flags.mappings_url, "http://g/service/mappings");
  EXPECT_EQ(from_flags.agent_key, Secret{"agent"});
  EXPECT_EQ(from_flags.output_file, "/flag/policy.conf");
  EXPECT_EQ(from_flags.state_directory, "/flag");
}

TEST_F(Options, TakeSecretsFromFilesWithoutTheLineEnd) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "agent.key", "  from-file\n"));
  environment("PEERLAB_AGENT_KEY", "env-agent");
  const OneShotOptions options =
      one_shot(plus(without("--peerlab-agent-key"),
                    {"--peerlab-agent-key-file", (folder / "agent.key").string()}));
  EXPECT_EQ(options.agent_key, Secret{"from-file"});
}

TEST_F(Options, SayWhichFileOfASecretIsMissingOrEmpty) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "empty.key", "\n"));
  for (const char* const name : {"none.key", "empty.key"}) {
    EXPECT_EQ(left_with(plus(kEnough, {"--peerlab-agent-key-file", (folder / name).string()})), 2);
    EXPECT_THAT(said_, HasSubstr(name));
  }
}

TEST_F(Options, SayWhatIsMissing) {
  EXPECT_EQ(left_with(without("--peerlab-gateway-url")), 2);
  EXPECT_THAT(said_, HasSubstr("--peerlab-gateway-url"));
  EXPECT_EQ(left_with(without("--peerlab-agent-key")), 2);
  EXPECT_THAT(said_, HasSubstr("--peerlab-agent-key-file"));
  EXPECT_EQ(left_with(without("--headscale-api-key")), 2);
  EXPECT_THAT(said_, HasSubstr("--headscale-api-key-file"));
}

TEST_F(Options, WantExactlyOneSourceOfNodes) {
  EXPECT_EQ(left_with(without("--headscale-api-url")), 2);
  EXPECT_THAT(said_, HasSubstr("one source of nodes"));
  EXPECT_EQ(left_with(plus(kEnough, {"--nodes", "nodes.json"})), 2);
  EXPECT_THAT(said_, HasSubstr("one source of nodes"));
}

// The unit's environment file names Headscale; a person's flag is meant.
TEST_F(Options, PreferTheNodeFileOfAFlagToTheHeadscaleOfTheEnvironment) {
  environment("HEADSCALE_API_URL", "http://env/api/v1/node");
  const OneShotOptions options =
      one_shot(plus(without("--headscale-api-url"), {"--nodes", "nodes.json"}));
  EXPECT_EQ(options.nodes_file, "nodes.json");
  EXPECT_EQ(options.headscale_nodes_url, "");
}

TEST_F(Options, RefuseWhatIsNoTimeout) {
  for (const char* const text : {"0", "301", "-1", "soon", "1.5"}) {
    EXPECT_EQ(left_with(plus(kEnough, {"--source-timeout", text})), 2) << text;
  }
  EXPECT_EQ(one_shot(plus(kEnough, {"--source-timeout", "3"})).source_timeout,
            std::chrono::seconds{3});
}

TEST_F(Options, RefuseAFlagThatDoesNotExist) {
  EXPECT_EQ(left_with(plus(kEnough, {"--colour"})), 2);
  EXPECT_EQ(left_with(plus(kEnough, {"--form", "poem"})), 2);
}

TEST_F(Options, ExplainEveryExitCodeInTheHelp) {
  EXPECT_EQ(left_with({"--help"}), 0);
  for (const char* const code : {"0 applied", "2 usage", "3 a shrinking", "4 a source", "5 BIRD",
                                 "6 cannot write", "7 BIRD"}) {
    EXPECT_THAT(out_.str(), HasSubstr(code));
  }
}

TEST_F(Options, NeverRepeatASecret) {
  EXPECT_EQ(left_with(plus(kEnough, {"--headscale-api-key", "s3cret-twice"})), 2);
  EXPECT_THAT(said_, Not(HasSubstr("s3cret")));
  environment("HEADSCALE_API_KEY", "s3cret-in-help");
  left_with({"--help"});
  EXPECT_THAT(out_.str(), Not(HasSubstr("s3cret")));
}

TEST_F(Options, OfRenderNeedSiteAndOutAndReadTheInstant) {
  EXPECT_EQ(left_with({"render", "--site", "site.toml"}), 2);
  EXPECT_EQ(left_with({"render", "--site", "s", "--out", "o", "--now", "noon"}), 2);
  EXPECT_THAT(said_, HasSubstr("--now"));
  const auto options =
      parse({"render", "--site", "s", "--out", "o", "--now", "2026-11-23T14:00:00Z"});
  ASSERT_TRUE(std::holds_alternative<RenderOptions>(options));
  EXPECT_EQ(std::get<RenderOptions>(options).now, *parse_rfc3339("2026-11-23T14:00:00Z"));
}

// POLICY.md 4, "existing flags alone".
TEST_F(Options, OfTheExistingGeneratorAloneMeanTheFunctionFormNamedByEmail) {
  const OneShotOptions options = one_shot(without("--site"));
  EXPECT_EQ(options.site_file, "");
  EXPECT_EQ(options.spelling.form, bird::Form::Function);
  EXPECT_EQ(options.spelling.naming, Naming::Email);
  EXPECT_EQ(options.output_file, "/etc/bird/peerlab_generated.conf");
  EXPECT_EQ(options.state_directory, "/etc/bird/peerlab_generated.conf.state");
  EXPECT_EQ(options.asn, std::nullopt);
  EXPECT_EQ(one_shot(plus(without("--site"), {"--asn", "AS64500"})).asn, *Asn::make(64500));
}

TEST_F(Options, OfASiteMeanTheSessionsFormNamedByHashUnlessToldOtherwise) {
  EXPECT_EQ(one_shot(kEnough).spelling.form, bird::Form::Sessions);
  EXPECT_EQ(one_shot(kEnough).spelling.naming, Naming::Hash);
  const Spelling function = one_shot(plus(kEnough, {"--form", "function"})).spelling;
  EXPECT_EQ(function.form, bird::Form::Function);
  EXPECT_EQ(function.naming, Naming::Email);
  EXPECT_EQ(one_shot(plus(kEnough, {"--label", "email"})).spelling.naming, Naming::Email);
  EXPECT_EQ(one_shot(plus(without("--site"), {"--label", "hash"})).spelling.naming, Naming::Hash);
  const auto render = parse({"render", "--site", "s", "--out", "o", "--form", "function"});
  EXPECT_EQ(std::get<RenderOptions>(render).spelling.form, bird::Form::Function);
}

TEST_F(Options, RefuseAFormOrAnAsnThatTheSiteFileDoesNotAllow) {
  EXPECT_EQ(left_with(plus(without("--site"), {"--form", "sessions"})), 2);
  EXPECT_THAT(said_, HasSubstr("--site"));
  EXPECT_EQ(left_with(plus(kEnough, {"--asn", "64500"})), 2);
  EXPECT_THAT(said_, HasSubstr("--asn"));
  EXPECT_EQ(left_with(plus(without("--site"), {"--asn", "0"})), 2);
  EXPECT_EQ(left_with(plus(kEnough, {"--form", "plain"})), 2);
  EXPECT_EQ(left_with(plus(kEnough, {"--label", "name"})), 2);
}

}  // namespace
}  // namespace peerlab::confgen
