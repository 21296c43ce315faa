#include "gateway/request_key.h"

#include <boost/json.hpp>

#include "tests/support/gateway/member_api.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::text_in;
using testing_support::with;

// "none" or "refused" where it is no key.
std::string key_of(std::string said) {
  const auto key =
      request_key(with(request(Method::Post, "/"), "Idempotency-Key", std::move(said)));
  return key ? key->value_or("none") : "refused";
}

TEST(RequestKey, IsAStringOfRfc9651OrABareWord) {
  EXPECT_EQ(*request_key(request(Method::Post, "/")), std::nullopt);
  for (const auto& [said, key] : {std::pair{R"("8e03978e-40d5")", "8e03978e-40d5"},
                                  {"8e03978e-40d5", "8e03978e-40d5"},
                                  {R"("a b")", "a b"},
                                  {R"("a\"b\\")", R"(a"b\)"},
                                  {R"(  "a"  )", "a"},
                                  {"a=:b", "a=:b"}}) {
    EXPECT_EQ(key_of(said), key) << said;
  }
  for (const char* const wrong :
       {"", "\"\"", "\"", "\"a", "a\"", "a b", "a,b", "a;b", R"("a"b")", R"("a\")", R"("a\x")",
        R"("a", "b")", "\"a\tb\"", "\"\xc3\xa9\""}) {
    EXPECT_EQ(key_of(wrong), "refused") << wrong;
  }
}

TEST(RequestKey, IsAtMost255LongAndSaidOnce) {
  EXPECT_EQ(key_of(std::string(255, 'k')), std::string(255, 'k'));
  EXPECT_EQ(key_of(std::string(256, 'k')), "refused");
  http::Request twice = with(request(Method::Post, "/"), "Idempotency-Key", "a");
  twice.headers.add("idempotency-key", "a");
  EXPECT_FALSE(request_key(twice));
}

TEST(KeysInFlight, HoldOneRequestOfAKeyAtATime) {
  KeysInFlight keys;
  const UserHash alice = TestGateway::user("alice"), bob = TestGateway::user("bob");
  {
    const auto first = keys.hold(alice, "k");
    ASSERT_TRUE(first);
    const auto second = keys.hold(alice, "k");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().problem.status, 409);
    EXPECT_EQ(second.error().headers.find("Retry-After"), "1");
    EXPECT_TRUE(keys.hold(alice, "l"));
    EXPECT_TRUE(keys.hold(bob, "k"));
  }
  EXPECT_TRUE(keys.hold(alice, "k"));
}

class LeaseWithAKey : public testing_support::MemberApiTest {
 protected:
  http::Response lease_as(std::string_view key, std::string body, std::string_view name = "alice") {
    const http::Request asked = with(request(Method::Post, "/api/user/prefix", std::move(body)),
                                     "Idempotency-Key", std::string{key});
    return gateway_.answer(gateway_.as(name, asked));
  }
};

TEST_F(LeaseWithAKey, AskedAgainIsTheSameAnswerHoweverItIsSpelled) {
  const http::Response first = lease_as("k", R"({"duration_hours":4})");
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(first.headers.find("Idempotency-Replayed"), std::nullopt);
  const std::uint64_t before = version();
  gateway_.clock.advance(std::chrono::minutes{10});
  const http::Response again = lease_as("\"k\"", "{ \"more\": 1, \"duration_hours\" : 4 }");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.headers.find("Idempotency-Replayed"), "true");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(version(), before);
  EXPECT_EQ(gateway_.tally.leases_created, 1U);
}

TEST_F(LeaseWithAKey, ThatIsAnothersOrNewIsAnotherRequest) {
  gateway_.offer.rules.leases_per_member_max = 2;
  const std::string body = R"({"duration_hours":4})";
  const std::string first = text_in(lease_as("k", body), "prefix");
  EXPECT_NE(text_in(lease_as("l", body), "prefix"), first);
  EXPECT_NE(text_in(lease_as("k", body, "bob"), "prefix"), first);
}

TEST_F(LeaseWithAKey, OfAnotherRequestIsRefusedAndLeasesNothing) {
  gateway_.offer.rules.leases_per_member_max = 2;
  ASSERT_EQ(lease_as("k", R"({"duration_hours":4})").status, 200);
  const std::uint64_t before = version();
  for (const char* const other :
       {R"({"duration_hours":5})", R"({"duration_hours":4,"pool":"default"})"}) {
    const http::Response response = lease_as("k", other);
    EXPECT_EQ(response.status, 422) << other;
    EXPECT_EQ(text_in(response, "type"), "/problems/key-of-another-request");
  }
  EXPECT_EQ(version(), before);
}

TEST_F(LeaseWithAKey, ThatIsNoneIsRefusedBeforeAnythingIsDone) {
  EXPECT_EQ(lease_as("a,b", R"({"duration_hours":4})").status, 400);
  EXPECT_EQ(version(), 0U);
}

}  // namespace
}  // namespace peerlab::gateway
