// [[pool]] tables, as gateway.toml has them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/file.h"
#include "gateway/settings.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::gateway {
namespace {

using testing::HasSubstr;

constexpr std::string_view kHead = "issuer = \"https://i/\"\naudience = [\"a\"]\n";
constexpr std::string_view kDefault =
    "[[pool]]\nname = \"default\"\nblocks = [\"3fff:100::/40\"]\n";
constexpr std::string_view kStaff =
    "[[pool]]\nname = \"staff\"\nblocks = [\"3fff:200::/48\", \"3fff:201::/48\"]\n"
    "reserved_for = [\"teacher\"]\n";

class PoolTables : public testing::Test {
 protected:
  Result<SettingsFile> read(const std::string& text) {
    EXPECT_TRUE(write_file(folder_ / "g.toml", text));
    return read_settings_file(folder_ / "g.toml");
  }
  Result<Settings> made(const std::string& text, const Environment& environment = {}) {
    return read(text).and_then([&](const SettingsFile& file) {
      return make_settings(strongest({}, given_by_environment(environment), file));
    });
  }
  std::string error_in(const std::string& text) {
    const auto settings = made(std::string{kHead} + text);
    if (settings) return "";
    const std::string& detail = settings.error().detail;
    const auto at = detail.find("g.toml");
    return at == std::string::npos ? detail : detail.substr(at);
  }
  testing_support::TemporaryFolder folder_;
};

std::string text(std::string_view one, std::string_view two = "", std::string_view three = "") {
  return fmt::format("{}{}{}", one, two, three);
}

TEST_F(PoolTables, AreOfferedBesideTheDefaultAndTold) {
  const auto settings =
      made(text(kHead, "roles_claim = \"permissions\"\n", text(kDefault, kStaff)));
  ASSERT_TRUE(settings) << settings.error().detail;
  const Offer& offer = settings->offer;
  EXPECT_EQ(settings->token_rules.roles_claim, "permissions");
  EXPECT_EQ(offer.rules.pool.size(), 256U);
  ASSERT_EQ(offer.named_pools.size(), 1U);
  EXPECT_EQ(offer.named_pools[0].name, "staff");
  EXPECT_EQ(offer.named_pools[0].blocks.size(), 2U);
  EXPECT_THAT(offer.named_pools[0].reserved_for, testing::ElementsAre("teacher"));
  ASSERT_EQ(offer.platform.pools.size(), 2U);
  EXPECT_EQ(offer.platform.pools[1].name, "staff");
  EXPECT_EQ(offer.platform.pool.size(), 3U) << "the blocks of all pools";
}

TEST_F(PoolTables, LeaveTheDefaultToOtherPlacesToo) {
  const std::string file = text(kHead, "roles_claim = \"permissions\"\n", kStaff);
  EXPECT_TRUE(made(file, {{"PEERLAB_GATEWAY_POOL", "3fff:100::/40"}}));
  EXPECT_THAT(made(file).error().detail, HasSubstr("say which /48s may be leased"));
}

TEST_F(PoolTables, AreRefusedWithTheirLineWhereTheyAreWrong) {
  const std::string roles = "roles_claim = \"r\"\n";
  const auto pool = [](std::string_view rest) { return text(kDefault, "[[pool]]\n", rest); };
  const std::pair<std::string, const char*> cases[]{
      {pool("name = \"b\"\nblocks = [\"3fff:200::/48\",\n\"3fff:100:7::/48\"]"),
       "g.toml:9: pool.blocks: 3fff:100:7::/48 overlaps 3fff:100::/40 of the pool 'default'"},
      {pool("name = \"b\"\nblocks = [\"3fff:200::/48\",\n\"3fff:200::/47\"]"),
       "g.toml:9: pool.blocks: "},
      {pool("name = \"b\"\nblocks = [\"3fff:200::1/48\"]"), "g.toml:8: pool.blocks: "},
      {pool("name = \"b\"\nblocks = []"), "g.toml:7: pool.blocks: name one"},
      {pool("name = \"b\"\nblocks = [7]"), "g.toml:8: pool.blocks: write a list"},
      {pool("name = \"b\""), "g.toml:6: pool.blocks: is missing"},
      {pool("blocks = [\"3fff:200::/48\"]"), "g.toml:6: pool.name: is missing"},
      {pool("name = 7\nblocks = []"), "g.toml:7: pool.name: write it in quotes"},
      {pool("name = \"B c\"\nblocks = [\"3fff:200::/48\"]"), "g.toml:7: pool.name: 'B c' is no"},
      {pool("name = \"b\"\nblock = []"), "g.toml:8: block: there is no such key; did you mean"},
      {pool("name = \"default\"\nblocks = [\"3fff:200::/48\"]"),
       "g.toml:7: pool.name: there are two pools 'default'"},
      {pool("name = \"b\"\nblocks = [\"3fff:200::/48\"]\nreserved_for = [\"x\"]"),
       "g.toml:9: pool.reserved_for: nobody has a role"},
      {text(roles, kStaff, kStaff), "pool: say which"},
      {text(roles, kDefault, "reserved_for = [\"x\"]"),
       "g.toml:7: pool.reserved_for: the pool 'default' is for all"},
      {text("infrastructure = [\"3fff:200::/47\"]\n", roles, text(kDefault, kStaff)),
       "g.toml:3: infrastructure: 3fff:200::/47 overlaps 3fff:200::/48 of the pool"},
      {text("prefix_pool_file = \"x\"\n", kDefault), "g.toml:5: pool.name: "}};
  EXPECT_EQ(error_in(text(roles, kDefault, kStaff)), "");
  for (const auto& [file, expected] : cases) EXPECT_THAT(error_in(file), HasSubstr(expected));
}

TEST_F(PoolTables, MeanTheSameWhenTheEffectiveConfigurationIsReadAgain) {
  const Environment environment{{"PEERLAB_GATEWAY_POOL", "3fff:100::/40"}};
  for (const std::string& file : {text(kHead, "roles_claim = \"r\"\n", text(kDefault, kStaff)),
                                  text(kHead, "roles_claim = \"r\"\n", kStaff)}) {
    const bool whole = file.find("default") != std::string::npos;
    const SettingsFile before =
        strongest({}, given_by_environment(whole ? Environment{} : environment), *read(file));
    const std::string shown = effective(before);
    const auto after = read(shown);
    ASSERT_TRUE(after) << after.error().detail << shown;
    const auto one = make_settings(before), two = make_settings(strongest({}, {}, *after));
    ASSERT_TRUE(one && two) << shown;
    EXPECT_EQ(one->offer.platform, two->offer.platform) << shown;
  }
}

TEST_F(PoolTables, AndARoaFileNeedsItsFolder) {
  const std::string there = folder_ / "roas.json", nowhere = folder_ / "no/roas.json";
  const auto settings = made(text(kHead, kDefault), {{"PEERLAB_GATEWAY_ROA_FILE", there}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->roa_file, there);
  EXPECT_TRUE(settings->offer.publishes_roas);
  EXPECT_FALSE(made(text(kHead, kDefault))->offer.publishes_roas);
  const auto refused = made(text(kHead, kDefault), {{"PEERLAB_GATEWAY_ROA_FILE", nowhere}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("PEERLAB_GATEWAY_ROA_FILE: "));
  EXPECT_THAT(refused.error().detail, HasSubstr("is no folder"));
}

}  // namespace
}  // namespace peerlab::gateway
