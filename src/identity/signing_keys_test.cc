#include "identity/signing_keys.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <latch>
#include <thread>
#include <vector>

#include "tests/support/test_issuer.h"
#include "tests/support/token_mint.h"

namespace peerlab::identity {
namespace {

using namespace testing_support;
using namespace std::chrono_literals;

constexpr Instant kNow{1'795'000'000s};

std::string set_of(std::initializer_list<const char*> ids) {
  static const MintKey kKey = MintKey::elliptic("");
  boost::json::array keys;
  for (const char* const id : ids) {
    boost::json::object jwk = kKey.jwk();
    jwk["kid"] = id;
    keys.push_back(jwk);
  }
  return boost::json::serialize(boost::json::object{{"keys", keys}});
}

struct Issued {
  TestIssuer issuer{set_of({"old"})};
  http::Client client;
  SigningKeys keys{client, {.issuer = issuer.url()}};

  std::string find(const char* id, Instant now) {
    const auto key = keys.find(id, "ES256", now);
    return key ? "found" : std::string{name_of(key.error().kind)};
  }
  std::optional<std::chrono::seconds> retry_after(const char* id, Instant now) {
    const auto key = keys.find(id, "ES256", now);
    return key ? std::nullopt : key.error().retry_after;
  }
};

const std::string kFound = "found";
const std::string kRefused{name_of(ErrorKind::Unauthenticated)};
const std::string kUnavailable{name_of(ErrorKind::Unavailable)};

TEST(SigningKeys, AreFetchedOnceHoweverManyThreadsNeedThemAtOnce) {
  Issued issued;
  issued.issuer.slow(50ms);
  std::latch begin{64};
  std::atomic<int> found = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&] {
      begin.arrive_and_wait();
      found += issued.find("old", kNow) == kFound ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(found, 64);
  EXPECT_EQ(issued.issuer.keys_fetched(), 1);
  EXPECT_EQ(issued.issuer.discovered(), 1);
}

TEST(SigningKeys, AreAskedForOnceByManyThreadsThatAllFail) {
  Issued issued;
  issued.issuer.slow(50ms);
  issued.issuer.down(true);
  std::latch begin{64};
  std::atomic<int> unavailable = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&] {
      begin.arrive_and_wait();
      unavailable += issued.find("old", kNow) == kUnavailable ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(unavailable, 64);
  EXPECT_EQ(issued.issuer.discovered(), 1);
}

TEST(SigningKeys, FollowARotationByOneFetchAndThenRestFromUnknownIds) {
  Issued issued;
  EXPECT_EQ(issued.find("old", kNow), kFound);
  issued.issuer.publish(set_of({"old", "new"}));
  EXPECT_EQ(issued.find("new", kNow + 1s), kFound);
  EXPECT_EQ(issued.issuer.keys_fetched(), 2);
  for (int second = 1; second < 31; ++second) {
    EXPECT_EQ(issued.find("stranger", kNow + std::chrono::seconds{second}), kRefused);
  }
  EXPECT_EQ(issued.issuer.keys_fetched(), 2);
  EXPECT_EQ(issued.find("stranger", kNow + 31s), kRefused);
  EXPECT_EQ(issued.issuer.keys_fetched(), 3);
}

TEST(SigningKeys, ForgetAKeyThatTheIssuerNoLongerPublishes) {
  Issued issued;
  EXPECT_EQ(issued.find("old", kNow), kFound);
  issued.issuer.publish(set_of({"new"}));
  EXPECT_EQ(issued.find("new", kNow), kFound);
  EXPECT_EQ(issued.find("old", kNow), kRefused);
}

TEST(SigningKeys, ServeWhatIsKnownWhileTheIssuerIsDown) {
  Issued issued;
  EXPECT_EQ(issued.find("old", kNow), kFound);
  issued.issuer.down(true);
  EXPECT_EQ(issued.find("new", kNow), kUnavailable);
  EXPECT_EQ(issued.find("old", kNow), kFound);
  EXPECT_EQ(issued.find("old", kNow + 240h), kFound);
  EXPECT_TRUE(issued.keys.known());
}

TEST(SigningKeys, AskAFailingIssuerEverMoreSeldomAndSayWhenNext) {
  Issued issued;
  issued.issuer.down(true);
  // A fetch of less than a second counts as one: the pause begins at its end.
  Instant asked = kNow;
  int asks = 0;
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    EXPECT_EQ(issued.find("old", asked), kUnavailable);
    EXPECT_EQ(issued.issuer.discovered(), ++asks);
    EXPECT_EQ(issued.retry_after("old", asked + 1s), pause);
    EXPECT_EQ(issued.retry_after("old", asked + pause), 1s);
    EXPECT_EQ(issued.issuer.discovered(), asks) << "asked again within " << pause.count() << " s";
    asked += 1s + pause;
  }
  issued.issuer.down(false);
  EXPECT_EQ(issued.find("old", asked), kFound);
}

TEST(SigningKeys, AreRefreshedBehindTheBackOfWhoUsesThem) {
  Issued issued;
  EXPECT_EQ(issued.find("old", kNow), kFound);
  issued.issuer.publish(set_of({"new"}));
  issued.issuer.slow(60ms);
  EXPECT_EQ(issued.find("old", kNow + 3599s), kFound);
  EXPECT_EQ(issued.issuer.discovered(), 1);
  EXPECT_EQ(issued.find("old", kNow + 3600s), kFound) << "it waited for the fetch";
  EXPECT_EQ(issued.find("new", kNow + 3600s), kFound);
  EXPECT_EQ(issued.find("old", kNow + 3600s), kRefused);
}

TEST(SigningKeys, MakeNobodyWaitForTheTimeThatAClockSetBackHasLost) {
  Issued issued;
  issued.issuer.down(true);
  EXPECT_EQ(issued.find("old", kNow), kUnavailable);
  issued.issuer.down(false);
  EXPECT_EQ(issued.find("old", kNow - 24h), kFound);
}

TEST(SigningKeys, KeepTheOldOnesWhereTheIssuerPublishesNothingOfUse) {
  for (const char* const nonsense : {R"({"keys":[]})", "[]", "", R"({"keys":{}})", "<html>"}) {
    Issued issued;
    EXPECT_EQ(issued.find("old", kNow), kFound);
    issued.issuer.publish(nonsense);
    EXPECT_EQ(issued.find("new", kNow), kUnavailable) << nonsense;
    EXPECT_EQ(issued.find("old", kNow), kFound) << nonsense;
  }
}

TEST(SigningKeys, AreNotKnownBeforeTheFirstAnswer) {
  Issued issued;
  EXPECT_FALSE(issued.keys.known());
  EXPECT_EQ(issued.find("old", kNow), kFound);
  EXPECT_TRUE(issued.keys.known());
}

TEST(SigningKeys, AreFetchedWithoutDiscoveryWhereTheirUrlIsGiven) {
  TestIssuer issuer{set_of({"old"})};
  const http::Client client;
  SigningKeys keys{client, {.issuer = "https://issuer.example/", .jwks_uri = issuer.keys_url()}};
  EXPECT_TRUE(keys.find("old", "ES256", kNow));
  EXPECT_EQ(issuer.discovered(), 0);
}

TEST(SigningKeys, AreDiscoveredForAnIssuerWithAndWithoutItsLastSlash) {
  TestIssuer issuer{set_of({"old"})};
  const http::Client client;
  const std::string bare = issuer.url().substr(0, issuer.url().size() - 1);
  for (const std::string& url : {bare, issuer.url()}) {
    issuer.discovery(R"({"issuer":")" + url + R"(","jwks_uri":")" + issuer.keys_url() + R"("})");
    SigningKeys keys{client, {.issuer = url}};
    EXPECT_TRUE(keys.find("old", "ES256", kNow)) << url;
  }
}

TEST(SigningKeys, AreNotBelievedFromADiscoveryDocumentThatIsNotTheIssuersOwn) {
  TestIssuer issuer{set_of({"old"})};
  const http::Client client;
  const std::string url = issuer.url(), keys_url = issuer.keys_url();
  const std::string bare = url.substr(0, url.size() - 1);
  for (const std::string& document :
       {R"({"issuer":")" + bare + R"(","jwks_uri":")" + keys_url + R"("})",
        R"({"jwks_uri":")" + keys_url + R"("})", R"({"issuer":")" + url + R"("})",
        R"({"issuer":")" + url + R"(","jwks_uri":"file:///etc/passwd"})",
        R"({"issuer":")" + url + R"(","issuer":")" + url + R"(","jwks_uri":")" + keys_url + R"("})",
        std::string{"[]"}, std::string{}}) {
    issuer.discovery(document);
    SigningKeys keys{client, {.issuer = url}};
    const auto key = keys.find("old", "ES256", kNow);
    ASSERT_FALSE(key) << document;
    EXPECT_EQ(key.error().kind, ErrorKind::Unavailable) << document;
    EXPECT_NE(key.error().cause, "") << document;
  }
  EXPECT_EQ(issuer.keys_fetched(), 0);
}

}  // namespace
}  // namespace peerlab::identity
