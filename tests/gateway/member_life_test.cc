// One member from the first look to the last, over HTTP.
#include "base/digest.h"
#include "base/text.h"
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

class MemberLife : public GatewayTest {
 protected:
  boost::json::array leases_of(std::string_view name) {
    return object_in(info(name)).at("active_leases").as_array();
  }
  boost::json::object mapping_of(std::string_view name) {
    const std::string hash = sha256_hex("test|" + std::string{name});
    return object_in(send(Method::Get, "/service/mappings/" + hash, std::string{kAgentKey}));
  }
};

TEST_F(MemberLife, GoesFromNothingToALeaseAndBack) {
  start();
  EXPECT_EQ(object_in(info("alice")), (boost::json::object{{"user_hash", sha256_hex("test|alice")},
                                                           {"asn", nullptr},
                                                           {"max_leases", 1},
                                                           {"active_leases", boost::json::array{}},
                                                           {"suspended", nullptr}}));
  const std::string alice = token("alice");
  EXPECT_THAT(send(Method::Post, "/api/user/asn", alice), Says(200, "ASN assigned successfully"));
  EXPECT_THAT(send(Method::Post, "/api/user/asn", alice), Says(200, "ASN already assigned"));
  const auto leased = lease("alice");
  EXPECT_THAT(leased, Says(200, "Prefix leased successfully"));
  EXPECT_EQ(text_in(leased, "prefix"), "3fff:100::/48");
  EXPECT_THAT(lease("alice"), Says(403, "Maximum lease limit reached."));
  ASSERT_EQ(leases_of("alice").size(), 1U);
  EXPECT_EQ(mapping_of("alice").at("asn"), 65000);
  EXPECT_EQ(mapping_of("alice").at("prefixes"), (boost::json::array{"3fff:100::/48"}));
  const std::string path = "/api/user/prefix/3FFF:100:0::%2F48";
  const auto revoked = send(Method::Delete, path, alice);
  EXPECT_THAT(revoked, Answers(204));
  EXPECT_EQ(revoked.body, "");
  EXPECT_THAT(send(Method::Delete, path, alice),
              Says(404, "Prefix lease not found or already expired"));
  EXPECT_TRUE(leases_of("alice").empty());
  EXPECT_EQ(mapping_of("alice").at("prefixes"), boost::json::array{});
  EXPECT_EQ(mapping_of("alice").at("asn"), 65000);
}

TEST_F(MemberLife, AMembersLeaseIsNobodyElsesToRevoke) {
  start();
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(send(Method::Delete, "/api/user/prefix/3fff:100::%2F48", token("bob")),
              Says(404, "Prefix lease not found or already expired"));
  EXPECT_EQ(leases_of("alice").size(), 1U);
}

TEST_F(MemberLife, ARestartForgetsNothing) {
  start();
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(send(Method::Post, "/api/user/asn", token("bob")), Answers(200));
  const auto alice = info("alice").body, all = mappings().body;
  EXPECT_EQ(gateway_->stop(), 0);
  start();
  EXPECT_EQ(info("alice").body, alice);
  EXPECT_EQ(mappings().body, all);
  EXPECT_EQ(text_in(lease("bob"), "prefix"), "3fff:100:1::/48");
}

TEST_F(MemberLife, ALabHourIsShortAndEveryTimeStaysTrue) {
  start({"--lab-hour", "1s", "--cool-down", "1s", "--pool", "3fff:100::/48"});
  EXPECT_THAT(gateway_->log(), HasSubstr("one leased hour lasts 1 s; every time stays true UTC"));
  const Instant before = SystemClock{}.now();
  const auto leased =
      send(Method::Post, "/api/user/prefix", token("alice"), R"({"duration_hours":2})");
  const auto begin = parse_rfc3339(text_in(leased, "start_time"));
  const auto end = parse_rfc3339(text_in(leased, "end_time"));
  ASSERT_TRUE(begin && end) << leased.body;
  EXPECT_LE(*begin - before, 1s);
  EXPECT_EQ(*end - *begin, 2s);
  EXPECT_THAT(lease("bob"), Says(503, "No available prefixes at this time"));
  while (SystemClock{}.now() < *end) std::this_thread::sleep_for(20ms);
  EXPECT_TRUE(leases_of("alice").empty());
  while (SystemClock{}.now() < *end + 1s) std::this_thread::sleep_for(20ms);
  EXPECT_THAT(lease("bob"), Answers(200));
}

TEST_F(MemberLife, AQuotaOfTwoIsTwo) {
  start({"--leases-per-member", "2"});
  EXPECT_EQ(object_in(info("alice")).at("max_leases"), 2);
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(lease("alice"), Says(403, "Maximum lease limit reached."));
  EXPECT_EQ(leases_of("alice").size(), 2U);
}

TEST_F(MemberLife, AnEmptyPoolSaysSoAndAKnownAsnStays) {
  start({"--asn-pool-start", "65000", "--asn-pool-end", "65000"});
  EXPECT_THAT(send(Method::Post, "/api/user/asn", token("alice")), Answers(200));
  EXPECT_THAT(send(Method::Post, "/api/user/asn", token("bob")),
              Says(503, "No available ASNs at this time"));
  EXPECT_THAT(send(Method::Post, "/api/user/asn", token("alice")),
              Says(200, "ASN already assigned"));
}

TEST_F(MemberLife, RpkiIsSaidToBeUnconfigured) {
  start();
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(send(Method::Put, "/api/user/prefix/3fff:100::%2F48/rpki", token("alice"),
                   R"({"enabled":true})"),
              Says(503, "RPKI management is not configured"));
}

}  // namespace
}  // namespace peerlab::testing_support
