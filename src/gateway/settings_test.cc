// Which word counts where several are said, and how what is wrong is named.
#include "gateway/settings.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::gateway {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing_support::TemporaryFolder;

GivenSettings flags(std::initializer_list<std::pair<const char*, const char*>> texts) {
  GivenSettings given;
  for (const auto& [name, text] : texts) {
    const std::string where = std::string{"--"} + name;
    const auto key = std::ranges::find(all_setting_keys(), name, &SettingKey::name);
    Given& one = given[key->name];
    one.source = Source::Flag;
    one.spelled.push_back({text, where});
  }
  return given;
}

// Enough to start; what a test says comes on top and is stronger.
SettingsFile with(GivenSettings given) {
  GivenSettings enough = flags(
      {{"issuer", "https://issuer.example/"}, {"audience", "api"}, {"pool", "3fff:100::/40"}});
  for (auto& [name, one] : enough) one.source = Source::File;
  return strongest(std::move(given), {}, {std::move(enough), {}});
}

std::string error_of(const GivenSettings& given) {
  const auto settings = make_settings(with(given));
  return settings ? "" : settings.error().detail;
}

class SettingsInAFile : public testing::Test {
 protected:
  Result<SettingsFile> read(std::string_view text) {
    EXPECT_TRUE(write_file(folder_ / "g.toml", text));
    return read_settings_file(folder_ / "g.toml");
  }
  // Of a file that is read, or of what it says.
  std::string error_in(std::string_view text) {
    const auto settings = read(text).and_then(
        [](const SettingsFile& file) { return make_settings(strongest({}, {}, file)); });
    if (settings) return "";
    return settings.error().detail.substr(settings.error().detail.find("g.toml"));
  }
  TemporaryFolder folder_;
};

TEST(SettingKeys, HaveNamesOfTheirOwnAndAWordOfHelp) {
  std::set<std::string> names;
  for (const SettingKey& key : all_setting_keys()) {
    EXPECT_TRUE(names.insert(environment_of(key)).second) << key.name;
    EXPECT_NE(key.help, "") << key.name;
    EXPECT_EQ(file_key_of(key).find('-'), std::string::npos);
  }
}

TEST_F(SettingsInAFile, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  for (int said = 0; said < 8; ++said) {
    const bool flag = (said & 4) != 0, environment = (said & 2) != 0, file = (said & 1) != 0;
    const SettingsFile settings = strongest(
        flag ? flags({{"leases-per-member", "2"}}) : GivenSettings{},
        given_by_environment(environment ? Environment{{"PEERLAB_GATEWAY_LEASES_PER_MEMBER", "3"}}
                                         : Environment{}),
        *read(file ? "leases_per_member = 4\n" : ""));
    const Given& given = settings.given.at("leases-per-member");
    const std::string expected = flag ? "2" : environment ? "3" : file ? "4" : "1";
    EXPECT_EQ(given.spelled.front().text, expected) << said;
  }
}

TEST_F(SettingsInAFile, AStrongerListReplacesTheWeakerOneWhole) {
  const SettingsFile settings = strongest(
      {}, given_by_environment({{"PEERLAB_GATEWAY_POOL", "3fff:200::/40, 3fff:300::/40"}}),
      *read("pool = [\"3fff:100::/40\"]\nissuer=\"https://i/\"\naudience=[\"a\"]\n"));
  const auto made = make_settings(settings);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->offer.rules.pool.blocks().size(), 2U);
}

TEST(Settings, TheStateDirectoryOfSystemdIsWeakerThanOurOwnVariable) {
  const auto directory = [](const Environment& environment) {
    return given_by_environment(environment).at("state-directory").spelled.front().text;
  };
  EXPECT_EQ(directory({{"STATE_DIRECTORY", "/a"}}), "/a");
  EXPECT_EQ(directory({{"STATE_DIRECTORY", "/a"}, {"PEERLAB_GATEWAY_STATE_DIRECTORY", "/b"}}),
            "/b");
}

TEST(Settings, AVariableThatNobodyKnowsIsNamedWithTheOneThatWasMeant) {
  const auto error = [](const Environment& environment) {
    const Result<void> checked = check_environment(environment);
    return checked ? "" : checked.error().detail;
  };
  EXPECT_EQ(error({{"PEERLAB_GATEWAY_AGENT_KEY_FILE", "a-secret"}}),
            "PEERLAB_GATEWAY_AGENT_KEY_FILE: there is no such variable of the environment; did you "
            "mean PEERLAB_GATEWAY_AGENT_KEYS_FILE?");
  EXPECT_EQ(error({{"PEERLAB_GATEWAY_CONFIG_FILE", "x"}}),
            "PEERLAB_GATEWAY_CONFIG_FILE: there is no such variable of the environment; did you "
            "mean PEERLAB_GATEWAY_CONFIG?");
  EXPECT_THAT(error({{"PEERLAB_GATEWAY_BYPASS_JWT", "true"}}),
              AllOf(HasSubstr("PEERLAB_GATEWAY_BYPASS_JWT"), HasSubstr("--help")));
  for (const SettingKey& key : all_setting_keys()) {
    EXPECT_EQ(error({{environment_of(key), "x"}}), "") << key.name;
  }
  EXPECT_EQ(error({{"PEERLAB_GATEWAY_CONFIG", "x"},
                   {"PEERLAB_GATEWAY_URL", "the generator's"},
                   {"PEERLAB_GATEWAYS", "Caddy's"},
                   {"PEERLAB_GATEWAY_POOLS", ""},
                   {"PEERLAB_TOKEN", "x"}}),
            "");
}

TEST(Settings, SayTheDefaultsOfTheDesign) {
  const Settings made = *make_settings(with({}));
  EXPECT_EQ(made.offer.rules.asns, AsnRange::standard());
  EXPECT_EQ(made.offer.rules.leases_per_member_max, 1U);
  EXPECT_EQ(made.offer.rules.cool_down, std::chrono::minutes{60});
  EXPECT_EQ(made.offer.rules.cool_down_floor, std::chrono::minutes{5});
  EXPECT_EQ(made.offer.leased_hour, std::chrono::hours{1});
  EXPECT_EQ(made.ledger.file, "./peerlab.db");
  EXPECT_EQ(made.ledger.seal_key, "./seal.key");
  EXPECT_EQ(made.agent_keys.size(), 0U);
}

TEST_F(SettingsInAFile, EachWrongLineIsNamedWithWhatWouldBeRight) {
  const std::string good =
      "issuer = \"https://i/\"\naudience = [\"a\"]\npool = [\"3fff:100::/40\"]\n";
  const std::pair<const char*, const char*> lines[]{
      {"asn_pol_end = 65100",
       "g.toml:4: asn_pol_end: there is no such key; did you mean asn_pool_end?"},
      {"bypass_jwt = true", "g.toml:4: bypass_jwt: there is no such key; known are site, address"},
      {"leases_per_member = \"2\"", "g.toml:4: leases_per_member: write a whole number"},
      {"leases_per_member = 9",
       "g.toml:4: leases_per_member: '9' is not possible: write a whole number from 1 to 8"},
      {"leases_per_member = -1", "g.toml:4: leases_per_member: '-1' is not possible"},
      {"lab_hour = 10", "g.toml:4: lab_hour: write it in quotes"},
      {"lab_hour = \"10\"", "g.toml:4: lab_hour: '10' is no duration: write it like 10s, 5m or 1h"},
      {"lab_hour = \"0s\"", "g.toml:4: lab_hour: write 1s to 1h"},
      {"lab_hour = \"2h\"", "g.toml:4: lab_hour: write 1s to 1h"},
      {"cool_down = \"4m\"", "g.toml:4: cool_down: write 5m or more"},
      {"insecure_issuer = \"yes\"", "g.toml:4: insecure_issuer: write true or false"},
      {"asn_pool_end = 64999",
       "g.toml:4: asn_pool_end: the ASN range 65000-64999 ends before it begins"},
      {"platform_asn = 65010", "g.toml:4: platform_asn: 65010 lies within the ASN pool"},
      {"platform_asn = 23456", "g.toml:4: platform_asn: AS23456 is reserved"},
      {"address = \"8080\"", "g.toml:4: address: '8080' is no address to listen on"},
      {"jwks_uri = \"ftp://x\"", "g.toml:4: jwks_uri: write a whole URL"},
      {"jwks_uri = \"http://192.0.2.2/\"", "g.toml:4: jwks_uri: plain HTTP lets anybody"},
      {"accepted_algorithms = [\"HS256\"]", "g.toml:4: accepted_algorithms: 'HS256' is none"},
      {"infrastructure = [\n\"3fff:200::/48\",\n\"3fff:100:9::/48\"]",
       "g.toml:6: infrastructure: 3fff:100:9::/48 overlaps 3fff:100::/40 of the pool"},
      {"prefix_pool_file = \"x\"", "g.toml:4: prefix_pool_file: "},
      {"agent_keys_file = \"/nonexistent\"", "g.toml:4: agent_keys_file: "},
      {"[[site]]\nname = \"x\"", "g.toml:4: site.node_id: is missing"},
      {"[[site]]\nname = \"x\"\nnode_di = 1",
       "g.toml:6: node_di: there is no such key; did you mean node_id?"},
      {"[[site]]\nname = \"x\"\nnode_id = 1\noverlay_ipv4 = \"192.0.2.1\"",
       "g.toml:7: site.overlay_ipv4: 192.0.2.1 is outside the overlay"},
      {"issuer = \"https://j/\"", "g.toml:4: "},
      {"issuer", "g.toml:4: "}};
  EXPECT_EQ(error_in(good), "");
  for (const auto& [line, expected] : lines)
    EXPECT_THAT(error_in(good + line), HasSubstr(expected));
}

TEST_F(SettingsInAFile, AListNamesTheLineOfItsElement) {
  const std::string head = "issuer = \"https://i/\"\naudience = [\"a\"]\n";
  EXPECT_EQ(error_in(head + "pool = [\n  \"3fff:100::/40\",\n  \"2a06:de00:5b:1000::/48\"]\n"),
            "g.toml:5: pool: 2a06:de00:5b:1000::/48 has host bits set: did you mean "
            "2a06:de00:5b::/48, or a wider pool?");
  EXPECT_THAT(error_in(head + "pool = [\n  \"3fff:100::/40\",\n  \"3fff:100:1::/48\"]\n"),
              AllOf(HasSubstr("g.toml:5: pool"), HasSubstr("overlap")));
  EXPECT_THAT(error_in(head + "pool = [\n  \"3fff:100::/40\",\n  7]\n"),
              HasSubstr("g.toml:5: pool: write a list"));
}

TEST(Settings, PlainHttpIsForThisMachineUnlessALabSaysSo) {
  for (const char* near : {"http://127.0.0.1:9000/", "http://localhost/", "http://[::1]:9000",
                           "http://127.8.8.8", "https://issuer.example"}) {
    EXPECT_EQ(error_of(flags({{"issuer", near}})), "") << near;
  }
  for (const char* far : {"http://192.0.2.2:9000/", "http://issuer.example", "http://[::2]/",
                          "http://127.0.0.1.example/", "http://localhost.example/"}) {
    EXPECT_THAT(error_of(flags({{"issuer", far}})), HasSubstr("--issuer: plain HTTP")) << far;
    EXPECT_EQ(error_of(flags({{"issuer", far}, {"insecure-issuer", "true"}})), "") << far;
  }
  for (const char* none : {"issuer.example", "https://", "https:///x", "https://a?b", "https://a#b",
                           "https://u:p@a/", "https://a b/", "ftp://a/"}) {
    EXPECT_THAT(error_of(flags({{"issuer", none}})), HasSubstr("write a whole URL")) << none;
  }
}

TEST(Settings, ALedgerOnAServerKeepsItsSealKeyInTheStateDirectory) {
  const auto made = make_settings(with(flags({{"database-url", "postgresql://u:hunter2@h/d"},
                                              {"state-directory", "/var/lib/x"},
                                              {"database-connections", "3"}})));
  EXPECT_EQ(made->ledger.url, Secret{"postgresql://u:hunter2@h/d"});
  EXPECT_EQ(made->ledger.connections, 3U);
  EXPECT_EQ(made->ledger.seal_key, "/var/lib/x/seal.key");
}

TEST(Settings, ADatabaseUrlIsOfAKnownKindAndNoPasswordInItIsRepeated) {
  const auto database = [](const char* url) {
    return make_settings(with(flags({{"database-url", url}})));
  };
  EXPECT_EQ(database("sqlite:/var/lib/x/l.db")->ledger.file, "/var/lib/x/l.db");
  EXPECT_EQ(database("sqlite:/var/lib/x/l.db")->ledger.seal_key, "/var/lib/x/seal.key");
  for (const char* url : {"postgres:u:hunter2@h/d", "mysql://u:hunter2@h/d", "hunter2",
                          "sqlite:", "sqlite://hunter2.db"}) {
    const auto refused = database(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_THAT(refused.error().detail, AllOf(HasSubstr("--database-url: "),
                                              HasSubstr("sqlite:PATH"), Not(HasSubstr("hunter2"))));
  }
}

TEST_F(SettingsInAFile, ASecretMayStandInAFileThatNotEverybodyReads) {
  const auto said = [&](std::string_view text, mode_t mode = 0440) {
    EXPECT_TRUE(write_file(folder_ / "secret", text, mode));
    const std::string path = folder_ / "secret";
    return make_settings(with(flags({{"database-url-file", path.c_str()},
                                     {"seal-key-file", "/keys/seal.key"},
                                     {"auth0-management-api", "https://t.eu.auth0.com"},
                                     {"auth0-m2m-app-id", "app"},
                                     {"auth0-m2m-app-secret-file", path.c_str()}})));
  };
  const auto made = said("postgresql://u:hunter2@h/d\n");
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->ledger.url, Secret{"postgresql://u:hunter2@h/d"});
  EXPECT_EQ(made->ledger.seal_key, "/keys/seal.key");
  EXPECT_TRUE(made->ledger.seal_key_is_kept);
  EXPECT_EQ(made->directory->client_secret, Secret{"postgresql://u:hunter2@h/d"});
  EXPECT_FALSE(make_settings(with({}))->ledger.seal_key_is_kept);
  EXPECT_THAT(said("postgresql://h/d", 0444).error().detail, HasSubstr("chmod 640"));
  EXPECT_THAT(
      said("hunter2").error().detail,
      AllOf(HasSubstr("--database-url-file: write sqlite:PATH"), Not(HasSubstr("hunter2"))));
  for (const char* no_line : {"", "\n", "hunter2\nhunter2\n"}) {
    EXPECT_THAT(said(no_line).error().detail,
                AllOf(HasSubstr("must hold one line"), Not(HasSubstr("hunter2"))));
  }
  EXPECT_THAT(error_of(flags({{"database-url-file", "/no/such/file"}})),
              HasSubstr("--database-url-file: "));
  EXPECT_THAT(error_of(flags({{"database-url-file", "/x"}, {"database-url", "sqlite:/x"}})),
              HasSubstr("says the same thing already"));
}

TEST_F(SettingsInAFile, OfTwoWaysToNameAThingTheStrongerWinsAndEqualOnesAreRefused) {
  ASSERT_TRUE(write_file(folder_ / "p", "3fff:900::/40\n"));
  const std::string path = folder_ / "p";
  const auto by_flag = make_settings(with(flags({{"prefix-pool-file", path.c_str()}})));
  ASSERT_TRUE(by_flag) << by_flag.error().detail;
  EXPECT_EQ(by_flag->offer.platform.pool.front().text(), "3fff:900::/40");
  EXPECT_EQ(error_of(flags({{"prefix-pool-file", path.c_str()}, {"pool", "3fff:100::/40"}})),
            "--prefix-pool-file: --pool says the same thing already: keep one of them");
}

TEST(Settings, ADirectoryIsNamedByThreeSettingsAndItsUrlInAnySpelling) {
  for (const char* const url :
       {"https://t.eu.auth0.com", "https://t.eu.auth0.com/", "https://t.eu.auth0.com/api",
        "https://t.eu.auth0.com/api/v2", "https://t.eu.auth0.com/api/v2/"}) {
    const auto made = make_settings(with(flags({{"auth0-management-api", url},
                                                {"auth0-m2m-app-id", "app"},
                                                {"auth0-m2m-app-secret", "s3cr3t"}})));
    ASSERT_TRUE(made) << made.error().detail;
    ASSERT_TRUE(made->directory);
    EXPECT_EQ(made->directory->url, "https://t.eu.auth0.com") << url;
    EXPECT_EQ(made->directory->client_id, "app");
    EXPECT_EQ(made->directory->client_secret, Secret{"s3cr3t"});
  }
  EXPECT_FALSE(make_settings(with({}))->directory);
  EXPECT_FALSE(make_settings(with(flags({{"auth0-m2m-app-id", "app"}})))->directory);
  EXPECT_THAT(error_of(flags({{"auth0-management-api", "http://t.eu.auth0.com"}})),
              HasSubstr("--auth0-management-api: plain HTTP"));
  EXPECT_THAT(error_of(flags({{"auth0-management-api", "t.eu.auth0.com"}})),
              HasSubstr("--auth0-management-api: write a whole URL"));
}

TEST_F(SettingsInAFile, AgentKeysThatEverybodyMayReadAreRefused) {
  const std::string path = folder_ / "keys";
  ASSERT_TRUE(write_file(path, "0123456789abcdef0123\nfedcba9876543210\n", 0644));
  EXPECT_THAT(error_of(flags({{"agent-keys-file", path.c_str()}})), HasSubstr("chmod 640"));
  ASSERT_TRUE(write_file(path, "0123456789abcdef0123\nshort-secret\n", 0640));
  EXPECT_THAT(error_of(flags({{"agent-keys-file", path.c_str()}})),
              AllOf(HasSubstr("line 2"), Not(HasSubstr("short-secret"))));
}

TEST(Settings, ALabMayRestShorterAndNobodyElse) {
  const Settings lab = *make_settings(with(flags({{"lab-hour", "10s"}, {"cool-down", "3s"}})));
  EXPECT_EQ(lab.offer.rules.cool_down, std::chrono::seconds{3});
  EXPECT_EQ(lab.offer.rules.cool_down_floor, std::chrono::seconds{3});
  EXPECT_THAT(error_of(flags({{"cool-down", "3s"}})), HasSubstr("--cool-down: write 5m or more"));
}

TEST_F(SettingsInAFile, TheEffectiveConfigurationMeansTheSameWhenItIsReadAgain) {
  GivenSettings given = flags({{"platform-name", "A \"name\" \\ with\ttabs"},
                               {"any-audience", "1"},
                               {"infrastructure", "3fff:200::/48"},
                               {"agent-key", "a-key-nobody-may-read"}});
  SettingsFile settings = with(given);
  settings.sites.push_back({"ixpfra01", 7, *Ipv4::parse("100.64.0.1"),
                            *Ipv6::parse("fd7a:115c:a1e0::1"), "https://lg.example/"});
  const std::string text = effective(settings);
  EXPECT_THAT(text, Not(HasSubstr("a-key-nobody-may-read")));
  const auto again = read(text);
  ASSERT_TRUE(again) << again.error().detail << text;
  EXPECT_EQ(again->sites, settings.sites);
  const Settings before = *make_settings(settings), after = *make_settings(*again);
  EXPECT_EQ(before.offer.platform, after.offer.platform);
  EXPECT_EQ(before.token_rules.audiences, after.token_rules.audiences);
  EXPECT_EQ(before.offer.rules.pool, after.offer.rules.pool);
}

TEST(Settings, WarnOfWhatIsLegalAndRisky) {
  const auto warnings = [](const GivenSettings& given) {
    return testing::PrintToString(make_settings(with(given))->warnings);
  };
  const std::string quiet = warnings(flags({{"platform-asn", "64501"}}));
  EXPECT_THAT(quiet, AllOf(HasSubstr("no agent keys"), Not(HasSubstr("platform-asn"))));
  EXPECT_THAT(warnings({}), HasSubstr("no platform-asn"));
  EXPECT_THAT(warnings(flags({{"agent-key", "0123456789abcdef"}})),
              AllOf(HasSubstr("process list"), Not(HasSubstr("no agent keys"))));
  EXPECT_THAT(warnings(flags({{"auth0-m2m-app-id", "x"}})),
              HasSubstr("nothing is said by --auth0-management-api nor --auth0-m2m-app-secret"));
  EXPECT_THAT(warnings(flags({{"auth0-m2m-app-secret", "x"}})), HasSubstr("process list"));
  EXPECT_THAT(warnings(flags({{"any-audience", "true"}})), HasSubstr("any audience"));
}

}  // namespace
}  // namespace peerlab::gateway
