// COMPAT.md 2: an agent's question is held until what is in force becomes something else.
#include "gateway/mappings_feed.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "http/percent.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using http::Method;
using testing_support::as_agent;
using testing_support::request;
using testing_support::TestGateway;
using testing_support::with;
using namespace std::chrono_literals;

class MappingsFeedTest : public testing::Test {
 protected:
  http::Response ask(const std::string& query = "?wait=0", const std::string& known = "") {
    return gateway_.answer(
        with(as_agent(request(Method::Get, "/service/mappings" + query)), "If-None-Match", known));
  }
  std::future<http::Response> wait_for_other_than(const std::string& etag,
                                                  const std::string& query = "?wait=60") {
    auto answer = std::async(std::launch::async, [=, this] { return ask(query, etag); });
    EXPECT_EQ(answer.wait_for(50ms), std::future_status::timeout) << "it was not held";
    return answer;
  }
  void lease(std::string_view name) {
    const auto asked = request(Method::Post, "/api/user/prefix", R"({"duration_hours":4})");
    ASSERT_EQ(gateway_.answer(gateway_.as(name, asked)).status, 200);
  }
  // What the look-ups do once the directory has answered.
  void learn(std::string_view name, std::optional<std::string> email) {
    std::vector<Subject> asked = gateway_.emails.take(50);
    if (asked.empty()) asked = {Subject::parse(std::string{name}).value()};
    identity::DirectoryAnswer answer;
    answer.found[TestGateway::user(name)] = std::move(email);
    if (!gateway_.emails.learn(asked, answer, gateway_.clock.now())) return;
    gateway_.emails.publish();
    gateway_.mappings.written();
  }
  std::string etag() { return std::string{ask().headers.find("ETag").value()}; }

  TestGateway gateway_;
};

using MappingsWait = MappingsFeedTest;

TEST_F(MappingsFeedTest, SaysNothingNewToWhoeverKnowsIt) {
  lease("alice");
  const std::string known = etag();
  for (const std::string& field :
       {known, "W/" + known, "\"other\", " + known, std::string{"*"}, known + " ,\"x\""}) {
    const http::Response response = ask("?wait=0", field);
    EXPECT_EQ(response.status, 304) << field;
    EXPECT_EQ(response.headers.find("ETag"), known) << field;
    EXPECT_EQ(response.body, "") << field;
  }
  for (const std::string& field :
       {std::string{}, std::string{"\"other\""}, known.substr(1), known + "x"}) {
    EXPECT_EQ(ask("?wait=0", field).status, 200) << field;
  }
}

TEST_F(MappingsFeedTest, NamesWhatIsInForceAndNotWhatWasWritten) {
  const std::string empty = etag();
  lease("alice");
  const std::string leased = etag();
  EXPECT_NE(leased, empty);
  gateway_.clock.advance(4h - 1s);
  EXPECT_EQ(etag(), leased);
  gateway_.clock.advance(1s);
  const std::string ended = etag();
  EXPECT_NE(ended, leased);
  // As no write happened, going back shows the same picture.
  gateway_.clock.advance(-1s);
  EXPECT_EQ(etag(), leased);
}

// The existing generator and the function form name members by it.
TEST_F(MappingsFeedTest, MovesWithAnEmailThatBecomesKnownChangesOrGoes) {
  lease("alice");
  const std::string unknown = etag();
  learn("alice", "alice@example.org");
  EXPECT_THAT(ask().body, testing::HasSubstr(R"("email":"alice@example.org")"));
  const std::string known = etag();
  EXPECT_NE(known, unknown);
  learn("alice", "alice@example.net");
  const std::string changed = etag();
  EXPECT_NE(changed, known);
  learn("alice", std::nullopt);
  EXPECT_EQ(etag(), unknown);
}

// To the existing generator a member without an e-mail is none, and where it gets no answer it
// keeps its file.
TEST_F(MappingsFeedTest, IsGivenToWhoeverMayJoinByEmailOnceAllWereLookedUp) {
  EXPECT_EQ(ask("").status, 200) << "there is nobody to look up";
  TestGateway started_anew;
  const auto plainly = [&](const std::string& query) {
    return started_anew.answer(as_agent(request(Method::Get, "/service/mappings" + query)));
  };
  const Subject alice = Subject::parse("alice").value(), bob = Subject::parse("bob").value();
  for (const Subject& one : {alice, bob}) {
    ASSERT_TRUE(started_anew.ledger.assign_asn(one, started_anew.offer.rules.asns,
                                               started_anew.clock.now() - 1h));
  }
  const auto answer = [&](std::vector<Subject> asked, identity::DirectoryAnswer found) {
    EXPECT_TRUE(started_anew.emails.learn(asked, found, started_anew.clock.now()));
    started_anew.emails.publish();
  };
  const http::Response refused = plainly("");
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.headers.find("Retry-After"), std::nullopt);
  EXPECT_EQ(plainly("?wait=0").status, 200);
  EXPECT_EQ(started_anew.emails.take(50).size(), 2U) << "being asked has them looked up";
  answer({alice}, {{{UserHash::of(alice), "alice@example.org"}}, {}});
  EXPECT_EQ(plainly("").status, 503);
  answer({bob}, {{{UserHash::of(bob), std::nullopt}}, {}});
  EXPECT_THAT(plainly("").body, testing::HasSubstr("alice@example.org"));
  const Subject carol = Subject::parse("carol").value();
  ASSERT_TRUE(started_anew.ledger.assign_asn(carol, started_anew.offer.rules.asns,
                                             started_anew.clock.now()));
  EXPECT_EQ(plainly("").status, 200) << "a newcomer keeps nobody waiting";
}

TEST_F(MappingsFeedTest, IsGivenWithWhatIsKnownOnceTheDirectoryIsNotPrompt) {
  TestGateway started_anew;
  const auto plainly = [&] {
    return started_anew.answer(as_agent(request(Method::Get, "/service/mappings")));
  };
  const Subject alice = Subject::parse("alice").value(), bob = Subject::parse("bob").value();
  for (const Subject& one : {alice, bob}) {
    ASSERT_TRUE(started_anew.ledger.assign_asn(one, started_anew.offer.rules.asns,
                                               started_anew.clock.now() - 1h));
  }
  EXPECT_EQ(plainly().status, 503);
  ASSERT_EQ(started_anew.emails.take(1).size(), 1U);
  started_anew.emails.learn({alice}, {{{UserHash::of(alice), "alice@example.org"}}, {}},
                            started_anew.clock.now());
  EXPECT_EQ(plainly().status, 503);
  started_anew.emails.promptness().failed();
  EXPECT_THAT(plainly().body, testing::AllOf(testing::HasSubstr("\"email\":null"),
                                             testing::HasSubstr("alice@example.org")))
      << "though it was not published yet";
  const auto picture = started_anew.mappings.at(started_anew.clock.now()).value();
  EXPECT_EQ(plainly().status, 200);
  EXPECT_EQ(started_anew.mappings.at(started_anew.clock.now()).value(), picture);
}

TEST_F(MappingsFeedTest, IsMadeOnceWhileNeitherLedgerNorEmailsChange) {
  lease("alice");
  (void)etag();
  learn("alice", "alice@example.org");
  const auto picture = gateway_.mappings.at(gateway_.clock.now()).value();
  gateway_.clock.advance(3h);
  learn("alice", "alice@example.org");
  EXPECT_EQ(gateway_.mappings.at(gateway_.clock.now()).value(), picture);
  EXPECT_FALSE(gateway_.emails.anybody_wanted());
}

TEST_F(MappingsFeedTest, AsksForAnOldEmailAgainWithoutAnyWrite) {
  lease("alice");
  (void)etag();
  learn("alice", "alice@example.org");
  gateway_.clock.advance(24h + 15min);
  EXPECT_THAT(ask().body, testing::HasSubstr(R"("email":"alice@example.org")"));
  EXPECT_TRUE(gateway_.emails.anybody_wanted());
  gateway_.clock.advance(48h);
  EXPECT_THAT(ask().body, testing::HasSubstr(R"("email":null)")) << "nobody confirmed it";
}

TEST_F(MappingsFeedTest, AsksForWhoeverIsShownAlone) {
  lease("alice");
  const std::string target = "/service/mappings/" + TestGateway::user("alice").text();
  const auto one = [&] { return gateway_.answer(as_agent(request(Method::Get, target))).body; };
  EXPECT_THAT(one(), testing::HasSubstr(R"("email":null)"));
  EXPECT_TRUE(gateway_.emails.anybody_wanted());
  learn("alice", "alice@example.org");
  EXPECT_THAT(one(), testing::HasSubstr(R"("email":"alice@example.org")"));
}

TEST_F(MappingsWait, IsWokenByAnEmail) {
  lease("alice");
  auto waiting = wait_for_other_than(etag());
  learn("alice", "alice@example.org");
  ASSERT_EQ(waiting.wait_for(30s), std::future_status::ready);
  EXPECT_EQ(waiting.get().status, 200);
}

TEST_F(MappingsWait, IsOverAtOnceWhereTheAnswerIsNew) {
  EXPECT_EQ(ask("?wait=60").status, 200);
  EXPECT_EQ(ask("?wait=60", "\"old\"").status, 200);
}

TEST_F(MappingsWait, EndsWithTheSameAnswerWhenItsTimeIsOver) {
  const std::string known = etag();
  auto waiting = wait_for_other_than(known, "?wait=1");
  const http::Response response = waiting.get();
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.headers.find("ETag"), known);
}

// Without being woken it would look 200 ms after it began to wait, 150 ms after the write, each
// time; a busy machine makes some rounds late and not all.
TEST_F(MappingsWait, IsWokenAtOnceByAWriteOfThisProcess) {
  int at_once = 0;
  for (const char* const name : {"alice", "bob", "carol", "dave", "erin", "frank"}) {
    auto waiting = wait_for_other_than(etag());
    lease(name);
    at_once += waiting.wait_for(60ms) == std::future_status::ready ? 1 : 0;
    ASSERT_EQ(waiting.wait_for(1s), std::future_status::ready);
    EXPECT_EQ(waiting.get().status, 200);
  }
  EXPECT_GE(at_once, 1);
}

TEST_F(MappingsWait, SeesWhatAnotherProcessWrites) {
  auto waiting = wait_for_other_than(etag());
  const auto subject = Subject::parse("test|alice").value();
  ASSERT_TRUE(gateway_.ledger.assign_asn(subject, gateway_.offer.rules.asns, gateway_.clock.now()));
  ASSERT_EQ(waiting.wait_for(1s), std::future_status::ready);
  EXPECT_EQ(waiting.get().status, 200);
}

TEST_F(MappingsWait, IsWokenByTheEndOfALease) {
  lease("alice");
  auto waiting = wait_for_other_than(etag());
  gateway_.clock.advance(4h);
  ASSERT_EQ(waiting.wait_for(1s), std::future_status::ready);
  EXPECT_EQ(waiting.get().status, 200);
}

TEST_F(MappingsWait, SleepsThroughAWriteThatChangesNoAnswer) {
  lease("alice");
  auto waiting = wait_for_other_than(etag());
  const http::Request again = request(Method::Post, "/api/user/asn");
  ASSERT_EQ(gateway_.answer(gateway_.as("alice", again)).status, 200);
  EXPECT_EQ(waiting.wait_for(300ms), std::future_status::timeout);
  gateway_.mappings.stop();
  EXPECT_EQ(waiting.get().status, 304);
}

TEST_F(MappingsWait, EndsForEverybodyWhenTheGatewayStops) {
  const std::string known = etag();
  std::vector<std::future<http::Response>> waiting;
  for (int i = 0; i < 5; ++i) waiting.push_back(wait_for_other_than(known));
  gateway_.mappings.stop();
  for (auto& one : waiting) EXPECT_EQ(one.get().status, 304);
  EXPECT_EQ(ask("?wait=60", known).status, 304) << "and nobody starts to wait again";
}

TEST_F(MappingsWait, IsForSoManyAndNoMore) {
  const std::string known = etag();
  std::vector<std::future<http::Response>> waiting;
  for (int i = 0; i < static_cast<int>(TestGateway::kWaitersMost); ++i) {
    waiting.push_back(std::async(std::launch::async, [&] { return ask("?wait=60", known); }));
  }
  std::this_thread::sleep_for(100ms);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ask("?wait=60", known).status, 304);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  gateway_.mappings.stop();
}

TEST_F(MappingsWait, TakesWholeSecondsUpToAMinute) {
  for (const char* const wait : {"61", "-1", "1.5", "", "x", "1e1", "99999999999", " 1", "+1"}) {
    const http::Response response = ask("?wait=" + http::percent_encode(wait), "*");
    EXPECT_EQ(response.status, 400) << wait;
    EXPECT_EQ(testing_support::text_in(response, "type"), "/problems/value-not-allowed") << wait;
  }
  EXPECT_EQ(ask("?wait=0", "*").status, 304);
}

TEST_F(MappingsWait, IsNotForWhoeverHasNoKey) {
  EXPECT_EQ(gateway_.answer(request(Method::Get, "/service/mappings?wait=60")).status, 401);
}

}  // namespace
}  // namespace peerlab::gateway
