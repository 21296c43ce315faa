#include "cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/file.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::cli {
namespace {

using ::testing::HasSubstr;

class SettingsRead : public ::testing::Test {
 protected:
  Attempt<Settings> read(Environment environment, const std::string& flag = "") {
    environment.try_emplace("HOME", home_.path().string());
    return read_settings(flag, {sink_, sink_, false, environment, clock_, {}, "0"});
  }
  void configure(std::string_view toml) {
    const auto folder = home_ / ".config/peerlab";
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(write_file(folder / "config.toml", toml));
  }
  testing_support::TemporaryFolder home_;

 private:
  std::ostringstream sink_;
  testing_support::ManualClock clock_;
};

TEST_F(SettingsRead, FlagBeatsEnvironmentBeatsItsOldNameBeatsFile) {
  configure("api_url = \"https://file.example\"\n");
  EXPECT_EQ(read({})->api_url, "https://file.example");
  Environment environment{{"NXTHDR_API_URL", "https://old.example"}};
  EXPECT_EQ(read(environment)->api_url, "https://old.example");
  environment["PEERLAB_API_URL"] = "https://new.example";
  EXPECT_EQ(read(environment)->api_url, "https://new.example");
  EXPECT_EQ(read(environment, "https://flag.example")->api_url, "https://flag.example");
}

TEST_F(SettingsRead, OneSetToNothingIsNotSet) {
  configure("api_url = \"https://file.example\"\n");
  EXPECT_EQ(read({{"PEERLAB_API_URL", ""}, {"NXTHDR_API_URL", ""}})->api_url,
            "https://file.example");
}

TEST_F(SettingsRead, NoPlatformIsChosenByItself) { EXPECT_EQ(read({})->api_url, ""); }

TEST_F(SettingsRead, AUrlIsKeptWithoutItsLastSlash) {
  EXPECT_EQ(read({}, "https://a.example/peerlab//")->api_url, "https://a.example/peerlab");
}

TEST_F(SettingsRead, WhatIsWrongIsSaidWithItsPlace) {
  EXPECT_THAT(read({}, "a.example").error().says, HasSubstr("a.example of --api-url is no URL"));
  configure("api_url = 4\n");
  EXPECT_THAT(read({}).error().says, HasSubstr("config.toml: api_url must be a text"));
  configure("# one\napi_url = https\n");
  EXPECT_THAT(read({}).error().says, HasSubstr("config.toml, line 2"));
  EXPECT_EQ(read({}).error().exit_code, ExitCode::Usage);
}

TEST_F(SettingsRead, FoldersFollowXdgWhereItIsAbsolute) {
  EXPECT_EQ(read({})->state_directory, home_ / ".local/state/peerlab");
  const auto settings = read({{"XDG_CONFIG_HOME", "/etc/xdg"}, {"XDG_STATE_HOME", "/var/state"}});
  EXPECT_EQ(settings->config_file, "/etc/xdg/peerlab/config.toml");
  EXPECT_EQ(settings->state_directory, "/var/state/peerlab");
  EXPECT_EQ(read({{"XDG_STATE_HOME", "here"}})->state_directory, home_ / ".local/state/peerlab");
}

TEST_F(SettingsRead, WithoutAHomeThereIsNoPlaceForTokensAndTheWorkingDirectoryIsNone) {
  const auto settings = read({{"HOME", ""}});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().exit_code, ExitCode::Usage);
  const auto with_token = read({{"HOME", ""}, {"PEERLAB_TOKEN", "token"}});
  ASSERT_TRUE(with_token);
  EXPECT_TRUE(with_token->config_file.empty() && with_token->state_directory.empty());
}

TEST_F(SettingsRead, TokenAndClientComeFromTheEnvironment) {
  const auto settings = read({{"PEERLAB_TOKEN", " secret\n"}, {"NXTHDR_CLIENT_ID", "theirs"}});
  EXPECT_EQ(settings->token, Secret{"secret"});
  EXPECT_EQ(settings->client_id, "theirs");
}

TEST(Colour, IsForPeopleWhoDidNotSayNo) {
  std::ostringstream sink;
  const testing_support::ManualClock clock;
  const auto colour = [&](bool terminal, const Environment& environment) {
    return Surroundings{sink, sink, terminal, environment, clock, {}, "0"}.colour();
  };
  EXPECT_TRUE(colour(true, {{"TERM", "xterm"}}));
  EXPECT_FALSE(colour(false, {{"TERM", "xterm"}}));
  EXPECT_FALSE(colour(true, {{"NO_COLOR", "1"}}));
  EXPECT_FALSE(colour(true, {{"TERM", "dumb"}}));
}

}  // namespace
}  // namespace peerlab::cli
