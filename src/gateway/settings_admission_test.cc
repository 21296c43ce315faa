#include "gateway/settings_admission.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "gateway/settings.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using Said = std::vector<std::pair<std::string_view, std::string>>;

Result<Settings> made(Said said) {
  said.insert(
      said.end(),
      {{"issuer", "https://issuer.example/"}, {"audience", "api"}, {"pool", "3fff:100::/40"}});
  GivenSettings given;
  for (auto& [name, text] : said) {
    const auto key = std::ranges::find(all_setting_keys(), name, &SettingKey::name);
    Given& one = given[key->name];
    one.source = Source::Flag;
    one.spelled.push_back({std::move(text), "--" + std::string{name}});
  }
  return make_settings(strongest(std::move(given), {}, {}));
}

TEST(AdmissionSettings, AreWhatTheyWereBeforeSomebodySaysMore) {
  const auto settings = made({});
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->admission.rates.per_address, (Allowance{6000, 60s}));
  EXPECT_EQ(settings->admission.rates.per_member, (Allowance{120, 10s}));
  EXPECT_TRUE(settings->admission.proxies.blocks.empty());
  EXPECT_EQ(settings->metrics_address, "");
  EXPECT_EQ(settings->connections_max, 4096U);
}

TEST(AdmissionSettings, SayRatesProxiesAndOrigins) {
  const auto settings = made({{"rate-per-address", "off"},
                              {"rate-per-member", "5/1m"},
                              {"trusted-proxy", "127.0.0.1"},
                              {"trusted-proxy", "fd00::/8"},
                              {"proxy-field", "forwarded"},
                              {"allowed-origin", "https://portal.example.org"},
                              {"metrics-address", "127.0.0.1:9464"}});
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->admission.rates.per_address, std::nullopt);
  EXPECT_EQ(settings->admission.rates.per_member, (Allowance{5, 60s}));
  EXPECT_EQ(settings->admission.proxies.blocks.size(), 2U);
  EXPECT_EQ(settings->admission.proxies.field, ProxyField::Forwarded);
  EXPECT_EQ(settings->metrics_address, "127.0.0.1:9464");
}

TEST(AdmissionSettings, ThatAreWrongSayWhereAndWhatWouldBeRight) {
  const struct {
    const char* name;
    const char* text;
    const char* advice;
  } cases[] = {{"rate-per-address", "100", "such as 6000/60s"},
               {"rate-per-address", "0/60s", "such as 6000/60s"},
               {"rate-per-member", "-1/60s", "or off"},
               {"rate-per-member", "10/0s", "or off"},
               {"rate-per-member", "10/2d", "or off"},
               {"trusted-proxy", "10.0.0.1/8", "first address of the block"},
               {"trusted-proxy", "caddy", "10.0.0.0/8"},
               {"proxy-field", "X-Real-IP", "X-Forwarded-For or Forwarded"},
               {"allowed-origin", "*", "https://portal.example.org"},
               {"metrics-address", "9464", "127.0.0.1:8080"},
               {"connections-max", "0", "16"}};
  for (const auto& [name, text, advice] : cases) {
    const auto settings = made({{name, text}});
    ASSERT_FALSE(settings) << name << " " << text;
    EXPECT_THAT(settings.error().detail, HasSubstr(std::string{"--"} + name));
    EXPECT_THAT(settings.error().detail, HasSubstr(advice));
  }
}

TEST(AdmissionSettings, WarnOfAProxyWhoseWordIsNotTaken) {
  const auto warned = [](Said said) {
    const auto settings = made(std::move(said));
    return std::ranges::any_of(settings.value().warnings, [](const std::string& warning) {
      return warning.find("trusted-proxy") != std::string::npos;
    });
  };
  EXPECT_TRUE(warned({{"address", "127.0.0.1:8080"}}));
  EXPECT_FALSE(warned({{"address", "127.0.0.1:8080"}, {"trusted-proxy", "127.0.0.1"}}));
  EXPECT_FALSE(warned({{"address", "127.0.0.1:8080"}, {"rate-per-address", "off"}}));
  EXPECT_FALSE(warned({{"address", "192.0.2.1:8080"}}));
}

}  // namespace
}  // namespace peerlab::gateway
