#include "overlay/headscale_api.h"

#include <gmock/gmock.h>

#include "tests/support/loopback_server.h"

namespace peerlab::overlay {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing_support::http_answer;
using testing_support::LoopbackServer;

constexpr const char* kPath = "/api/v1/node";
const std::string kOneNode = R"({"nodes":[{"id":"1","ipAddresses":["100.64.0.1"]}]})";

class FetchNodes : public testing::Test {
 protected:
  Result<Readable<Node>> fetch(std::chrono::milliseconds timeout = 5s) {
    return fetch_nodes(client_, {headscale_.url(kPath), Secret{"hskey-api-secret"}, timeout});
  }
  Error error_after(std::string answer) {
    headscale_.answer(std::move(answer));
    const auto nodes = fetch();
    EXPECT_FALSE(nodes);
    return nodes ? Error{} : nodes.error();
  }
  http::Client client_;
  LoopbackServer headscale_;
};

TEST_F(FetchNodes, AsksOnceWithTheKeyAndReadsTheList) {
  headscale_.answer(http_answer("200 OK", kOneNode));
  const auto nodes = fetch();
  ASSERT_TRUE(nodes) << nodes.error().detail;
  EXPECT_THAT(nodes->records, SizeIs(1));
  ASSERT_THAT(headscale_.requests(), SizeIs(1));
  EXPECT_THAT(headscale_.requests()[0], HasSubstr("GET /api/v1/node HTTP/1.1\r\n"));
  EXPECT_THAT(headscale_.requests()[0], HasSubstr("Authorization: Bearer hskey-api-secret\r\n"));
}

TEST_F(FetchNodes, SaysThatTheKeyIsRefusedAndHowToMakeOne) {
  for (const char* const status : {"401 Unauthorized", "403 Forbidden"}) {
    const Error error = error_after(http_answer(status, "Unauthorized"));
    EXPECT_EQ(error.kind, ErrorKind::Unauthenticated) << status;
    EXPECT_THAT(error.detail, HasSubstr("headscale apikeys create"));
    EXPECT_THAT(error.detail + error.cause, Not(HasSubstr("hskey-api-secret")));
  }
}

TEST_F(FetchNodes, TakesNoOtherStatusForAnAnswer) {
  for (const char* const status :
       {"204 No Content", "404 Not Found", "500 Internal Server Error"}) {
    EXPECT_EQ(error_after(http_answer(status, kOneNode)).kind, ErrorKind::Unavailable) << status;
  }
}

// The key must not follow a Location to another host.
TEST_F(FetchNodes, FollowsNoRedirect) {
  LoopbackServer elsewhere;
  elsewhere.answer(http_answer("200 OK", kOneNode));
  const Error error =
      error_after(http_answer("302 Found", "", "Location: " + elsewhere.url(kPath) + "\r\n"));
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
  EXPECT_THAT(elsewhere.requests(), SizeIs(0));
}

TEST_F(FetchNodes, TakesATruncatedBodyForNone) {
  const std::string whole = http_answer("200 OK", kOneNode);
  for (const std::size_t cut : {1U, 10U}) {
    EXPECT_EQ(error_after(whole.substr(0, whole.size() - cut)).kind, ErrorKind::Unavailable);
  }
  EXPECT_EQ(
      error_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"nod\r\n").kind,
      ErrorKind::Unavailable);
}

TEST_F(FetchNodes, TakesAnOverLongBodyForNone) {
  const Error error = error_after("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" +
                                  std::string((64U << 20U) + 1, ' '));
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
  EXPECT_THAT(error.detail, HasSubstr("67108864"));
}

TEST_F(FetchNodes, TakesWhatIsNoHttpForNone) {
  EXPECT_EQ(error_after("220 mail.example.org ESMTP\r\n").kind, ErrorKind::Unavailable);
  EXPECT_EQ(error_after("").kind, ErrorKind::Unavailable);
}

TEST_F(FetchNodes, HandsOnWhatIsNoNodeList) {
  EXPECT_EQ(error_after(http_answer("200 OK", "<html>sign in</html>")).kind, ErrorKind::Malformed);
  EXPECT_EQ(error_after(http_answer("200 OK", "{}")).kind, ErrorKind::Unprocessable);
}

TEST_F(FetchNodes, GivesUpOnAServerThatHangsWithinItsTimeout) {
  headscale_.hang();
  const auto begin = steady_clock::now();
  const auto nodes = fetch(200ms);
  ASSERT_FALSE(nodes);
  EXPECT_EQ(nodes.error().kind, ErrorKind::TimedOut);
  EXPECT_LT(steady_clock::now() - begin, 2s);
}

TEST_F(FetchNodes, SaysWhereNobodyListens) {
  headscale_.stop();
  const auto nodes = fetch();
  ASSERT_FALSE(nodes);
  EXPECT_EQ(nodes.error().kind, ErrorKind::Unavailable);
  EXPECT_THAT(nodes.error().detail, HasSubstr("127.0.0.1"));
}

}  // namespace
}  // namespace peerlab::overlay
