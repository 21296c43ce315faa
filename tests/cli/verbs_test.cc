// What each verb asks, and what it prints in each form.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "tests/cli/peerlab_command.h"
#include "tests/cli/scripted_platform.h"
#include "wire/event_documents.h"
#include "wire/member_documents.h"

namespace peerlab::testing_support {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const std::string kInfo = "GET /api/user/info";

class Verb : public ::testing::Test {
 protected:
  Verb() : member{platform.url()} { member.set("PEERLAB_TOKEN", "the-token"); }
  // The platform knows this member, who holds two leases.
  void hold_two() {
    const Instant now = SystemClock{}.now();
    const auto lease = [&](std::string_view prefix, std::chrono::seconds left, bool rpki) {
      return wire::ActiveLease{*Prefix48::parse(prefix), *LeaseWindow::make(now - 1h, now + left),
                               rpki};
    };
    end_ = rfc3339(now + 3h + 12min + 30s);
    platform.answer(kInfo, {json_answer(wire::encode(wire::MemberRecord{
                               *UserHash::parse(std::string(64, 'a')),
                               *Asn::make(65000),
                               2,
                               {lease("3fff:100::/48", 3h + 12min + 30s, true),
                                lease("3fff:100:1::/48", 30min + 30s, false)}}))});
  }
  std::string printed(const std::vector<std::string>& words) {
    const Outcome outcome = member.run(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return outcome.output;
  }
  ScriptedPlatform platform;
  PeerlabCommand member;
  std::string end_;
};

TEST_F(Verb, AsksAsTheMemberAndUnderTheOldTreeTheSame) {
  hold_two();
  EXPECT_EQ(printed({"asn", "get"}), "AS65000\n");
  EXPECT_EQ(printed({"peering", "asn", "get"}), "AS65000\n");
  EXPECT_EQ(printed({"-o", "json", "asn", "get"}), "{\"asn\":65000}\n");
  EXPECT_EQ(printed({"-o", "csv", "asn", "get"}), "asn\n65000\n");
  for (const http::Request& request : platform.heard(kInfo)) {
    EXPECT_EQ(request.header("Authorization"), "Bearer the-token");
  }
}

TEST_F(Verb, AsnRequestPrintsTheNumberOrThePlatformsDocument) {
  const std::string document = R"({"asn":65000,"message":"ASN already assigned","x":1})";
  platform.answer("POST /api/user/asn", {json_answer(document)});
  const Outcome outcome = member.run({"asn", "request"});
  EXPECT_EQ(outcome.output, "AS65000\n");
  EXPECT_EQ(outcome.errors, "ASN already assigned\n");
  EXPECT_EQ(printed({"-o", "json", "asn", "request"}), document + "\n");
}

TEST_F(Verb, PrefixRequestTakesHoursInBothSpellings) {
  const Instant now = SystemClock{}.now();
  const std::string document = wire::encode(wire::LeaseAnswer{
      *Prefix48::parse("3fff:100::/48"), LeaseWindow::starting(now, 4h), "Prefix leased"});
  platform.answer("POST /api/user/prefix", {json_answer(document)});
  const Outcome outcome = member.run({"prefix", "request", "4h"});
  EXPECT_EQ(outcome.output, "3fff:100::/48\n");
  EXPECT_THAT(outcome.errors, MatchesRegex("Prefix leased: yours until .* UTC \\(in .*\\)\n"));
  EXPECT_EQ(printed({"-o", "json", "prefix", "request", "4"}), document + "\n");
  EXPECT_THAT(printed({"-o", "csv", "prefix", "request", "4"}),
              StartsWith("prefix,start_time,end_time\n3fff:100::/48,"));
  EXPECT_EQ(printed({"prefix", "request", "4", "--json", "prefix"}),
            "{\"prefix\":\"3fff:100::/48\"}\n");
  for (const http::Request& request : platform.heard("POST /api/user/prefix")) {
    EXPECT_EQ(request.body, R"({"duration_hours":4})");
    EXPECT_EQ(request.header("Content-Type"), "application/json");
  }
}

TEST_F(Verb, PrefixListSaysHowLongEachLeaseLasts) {
  hold_two();
  const std::string text = printed({"prefix", "list"});
  EXPECT_THAT(text, StartsWith("prefix           expires"));
  EXPECT_THAT(text, HasSubstr("UTC (in 3 h 12 min)  enabled\n"));
  EXPECT_THAT(text, HasSubstr("UTC (in 30 min)      disabled\n"));
  EXPECT_THAT(printed({"-o", "csv", "prefix", "list"}),
              StartsWith("prefix,expires,rpki\n3fff:100::/48," + end_ + ",enabled\n"));
  EXPECT_EQ(
      printed({"peering", "prefix", "list", "--json", "prefix,rpki"}),
      R"([{"prefix":"3fff:100::/48","rpki":"enabled"},{"prefix":"3fff:100:1::/48","rpki":"disabled"}])"
      "\n");
}

TEST_F(Verb, PrefixRevokeNamesThePrefixAsOneSegmentOfThePath) {
  const std::string question = "DELETE /api/user/prefix/3fff%3A100%3A%3A%2F48";
  platform.answer(question, {http::Response{204, {}, ""}});
  const Outcome outcome = member.run({"prefix", "revoke", "3FFF:100:0::/48"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.output, "");
  EXPECT_EQ(outcome.errors, "3fff:100::/48 is given back\n");
  EXPECT_EQ(platform.heard(question).size(), 1U);
}

TEST_F(Verb, PrefixRpkiPutsTheSwitch) {
  const std::string question = "PUT /api/user/prefix/3fff%3A100%3A%3A%2F48/rpki";
  platform.answer(question, {json_answer(R"({"prefix":"3fff:100::/48","rpki_enabled":false})")});
  EXPECT_EQ(printed({"prefix", "rpki", "disable", "3fff:100::/48"}), "");
  EXPECT_EQ(platform.heard(question).at(0).body, R"({"enabled":false})");
}

TEST_F(Verb, PrefixRequestNamesAPoolAndHasAKeyOfItsOwn) {
  platform.answer("POST /api/user/prefix", {problem_answer(wire::ProblemType::QuotaReached, "")});
  EXPECT_EQ(member.run({"prefix", "request", "4", "--pool", "staff"}).exit_code, 5);
  EXPECT_EQ(member.run({"prefix", "request", "4"}).exit_code, 5);
  const auto heard = platform.heard("POST /api/user/prefix");
  ASSERT_EQ(heard.size(), 2U) << "a refusal is not asked again";
  EXPECT_EQ(heard[0].body, R"({"duration_hours":4,"pool":"staff"})");
  EXPECT_THAT(std::string{*heard[0].header("Idempotency-Key")}, MatchesRegex("\"[0-9a-f]{32}\""));
  EXPECT_NE(heard[0].header("Idempotency-Key"), heard[1].header("Idempotency-Key"));
}

TEST_F(Verb, PrefixRequestWithoutAnAnswerIsAskedOnceMoreByTheSameKey) {
  const std::string document = wire::encode(wire::LeaseAnswer{
      *Prefix48::parse("3fff:100::/48"), LeaseWindow::starting(SystemClock{}.now(), 4h), "Leased"});
  const http::Response away = problem_answer(wire::ProblemType::Unavailable, "");
  platform.answer("POST /api/user/prefix", {away, json_answer(document)});
  EXPECT_EQ(printed({"prefix", "request", "4"}), "3fff:100::/48\n");
  const auto heard = platform.heard("POST /api/user/prefix");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].header("Idempotency-Key"), heard[1].header("Idempotency-Key"));
  platform.answer("POST /api/user/prefix", {away});
  EXPECT_EQ(member.run({"prefix", "request", "4"}).exit_code, 6);
  EXPECT_EQ(platform.heard("POST /api/user/prefix").size(), 4U);
}

TEST_F(Verb, PrefixRequestWaitsForWhatFreesAndAsksAgain) {
  const auto empty_until = [](Instant frees) {
    wire::Problem problem =
        wire::make_problem(wire::ProblemType::PoolExhausted, "No available", "");
    problem.frees_at = frees;
    return http::Response{
        503, {{"Content-Type", "application/problem+json"}}, wire::encode(problem, "/", "r1")};
  };
  const Instant now = SystemClock{}.now();
  const std::string document = wire::encode(wire::LeaseAnswer{
      *Prefix48::parse("3fff:100::/48"), LeaseWindow::starting(now, 4h), "Leased"});
  platform.answer("POST /api/user/prefix", {empty_until(now + 1s), json_answer(document)});
  const Outcome waited = member.run({"prefix", "request", "4", "--wait", "5m"});
  EXPECT_EQ(waited.output, "3fff:100::/48\n");
  EXPECT_THAT(waited.errors, HasSubstr("waiting for the next, which frees at "));
  const auto heard = platform.heard("POST /api/user/prefix");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].header("Idempotency-Key"), heard[1].header("Idempotency-Key"));

  platform.answer("POST /api/user/prefix", {empty_until(now + 2h)});
  const Outcome impatient = member.run({"prefix", "request", "4"});
  EXPECT_EQ(impatient.exit_code, 5);
  EXPECT_THAT(impatient.errors, HasSubstr("--wait"));
  EXPECT_EQ(member.run({"prefix", "request", "4", "--wait", "1h"}).exit_code, 7);
  EXPECT_EQ(member.run({"prefix", "request", "4", "--wait", "soon"}).exit_code, 2);
}

TEST_F(Verb, PrefixRequestStandsInLineAndSaysWhereWheneverThatIsSomewhereElse) {
  const Instant now = SystemClock{}.now();
  const auto place = [&](std::uint64_t number, Instant turn) {
    wire::Problem problem =
        wire::make_problem(wire::ProblemType::PoolExhausted, "No available prefixes at this time",
                           "every /48 is taken: you are " + ordinal(number) + " in line of 5");
    problem.frees_at = turn;
    problem.in_line = {number, 5, turn + 10min, turn};
    return http::Response{
        503, {{"Content-Type", "application/problem+json"}}, wire::encode(problem, "/", "r1")};
  };
  const std::string document = wire::encode(wire::LeaseAnswer{
      *Prefix48::parse("3fff:100::/48"), LeaseWindow::starting(now, 4h), "Leased"});
  platform.answer("POST /api/user/prefix",
                  {place(2, now), place(2, now), place(1, now), json_answer(document)});
  const Outcome waited = member.run({"prefix", "request", "4", "--wait", "5m"});
  EXPECT_EQ(waited.output, "3fff:100::/48\n");
  EXPECT_THAT(waited.errors, MatchesRegex(".*waiting, 2nd in line of 5; your turn should be at .*"
                                          "your place is kept until .* UTC\n"
                                          ".*waiting, 1st in line of 5; .*\nLeased: .*"));
  EXPECT_EQ(platform.heard("POST /api/user/prefix").size(), 4U);

  platform.answer("POST /api/user/prefix", {place(3, now + 2h)});
  const Outcome refused = member.run({"prefix", "request", "4"});
  EXPECT_EQ(refused.exit_code, 5);
  EXPECT_THAT(refused.errors, HasSubstr("you are 3rd in line of 5"));
  EXPECT_THAT(refused.errors, HasSubstr("--wait 2h stands in line for you"));
  EXPECT_EQ(member.run({"prefix", "request", "4", "--wait", "1h"}).exit_code, 7);
}

TEST_F(Verb, PrefixListSaysWhereTheMemberWaits) {
  const Instant now = SystemClock{}.now();
  wire::MemberRecord record{UserHash::of(*Subject::parse("alice")), std::nullopt, 1, {}};
  record.waiting = {{"staff", now, {3, 5, now + 2h, now + 1h}}};
  platform.answer("GET /api/user/info", {json_answer(wire::encode(record))});
  const Outcome outcome = member.run({"prefix", "list"});
  EXPECT_THAT(outcome.errors, HasSubstr("you are 3rd in line of 5 for one of the pool staff"));
}

TEST_F(Verb, PrefixRenewSaysTheNewEnd) {
  const std::string question = "POST /api/user/prefix/3fff%3A100%3A%3A%2F48/renew";
  const std::string document =
      wire::encode(wire::LeaseAnswer{*Prefix48::parse("3fff:100::/48"),
                                     LeaseWindow::starting(SystemClock{}.now(), 8h), "Renewed"});
  platform.answer(question, {json_answer(document)});
  const Outcome outcome = member.run({"prefix", "renew", "3fff:100::/48", "8h"});
  EXPECT_EQ(outcome.output, "3fff:100::/48\n");
  EXPECT_THAT(outcome.errors, MatchesRegex("Renewed: yours until .* UTC \\(in .*\\)\n"));
  EXPECT_EQ(printed({"peering", "prefix", "renew", "3fff:100::/48", "8", "-o", "json"}),
            document + "\n");
  EXPECT_EQ(platform.heard(question).at(0).body, R"({"duration_hours":8})");
  const Outcome gone = member.run({"prefix", "renew", "3fff:100:1::/48", "8"});
  EXPECT_EQ(gone.exit_code, 3);
  EXPECT_THAT(gone.errors, HasSubstr("peerlab prefix list"));
}

TEST_F(Verb, EventsAreATableOfWhatHappened) {
  const Instant noon = *parse_rfc3339("2026-11-23T12:00:00Z");
  wire::MemberEvent leased{2, "leased", noon}, suspended{3, "suspended", noon + 1h, true};
  leased.prefix = *Prefix48::parse("3fff:100::/48");
  leased.window = LeaseWindow::starting(noon, 4h);
  suspended.note = "leaks";
  wire::MemberEvent assigned{1, "asn-assigned", noon};
  assigned.asn = *Asn::make(65000);
  platform.answer("GET /api/user/events?limit=20",
                  {json_answer(wire::encode({suspended, leased, assigned}))});
  EXPECT_EQ(printed({"-o", "csv", "events"}),
            "at,kind,of,until,by,note\n"
            "2026-11-23T13:00:00+00:00,suspended,,,operator,leaks\n"
            "2026-11-23T12:00:00+00:00,leased,3fff:100::/48,2026-11-23T16:00:00+00:00,member,\n"
            "2026-11-23T12:00:00+00:00,asn-assigned,AS65000,,member,\n");
  EXPECT_THAT(printed({"peering", "events"}), HasSubstr("2026-11-23 12:00 UTC  leased"));
  platform.answer("GET /api/user/events?limit=1", {json_answer(R"({"events":[]})")});
  EXPECT_EQ(printed({"events", "--limit", "1", "-o", "json"}), "[]\n");
  EXPECT_EQ(member.run({"events", "--limit", "0"}).exit_code, 2);
}

TEST_F(Verb, PeerlabEnvIsWhatTheClientReads) {
  hold_two();
  EXPECT_EQ(printed({"peering", "peerlab", "env"}),
            "USER_ASN=65000\nUSER_PREFIXES=3fff:100::/48,3fff:100:1::/48\n");
  EXPECT_EQ(printed({"-o", "json", "peerlab", "env"}),
            R"({"USER_ASN":"65000","USER_PREFIXES":"3fff:100::/48,3fff:100:1::/48"})"
            "\n");
}

TEST_F(Verb, ApiPrintsWhateverThePlatformAnswers) {
  platform.answer("POST /api/new?x=1", {json_answer("[1,2]")});
  EXPECT_EQ(printed({"api", "POST", "/api/new?x=1", "--data", "{}"}), "[1,2]\n");
  const http::Request request = platform.heard("POST /api/new?x=1").at(0);
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(request.header("Authorization"), "Bearer the-token");
  EXPECT_EQ(member.run({"api", "GET", "/nowhere"}).exit_code, 3);
  EXPECT_EQ(member.run({"api", "get", "/api/new"}).exit_code, 2);
  EXPECT_EQ(member.run({"api", "GET", "http://elsewhere/"}).exit_code, 2);
}

TEST_F(Verb, ApiAsksWithoutATokenWhereNobodyIsSignedIn) {
  member.set("PEERLAB_TOKEN", "");
  EXPECT_THAT(printed({"api", "GET", "/api/platform"}), HasSubstr("peerlab-cli"));
  EXPECT_EQ(platform.heard("GET /api/platform").at(0).header("Authorization"), std::nullopt);
}

TEST_F(Verb, QuietLeavesDataAndComplaints) {
  platform.answer("POST /api/user/asn", {json_answer(R"({"asn":65000,"message":"m"})")});
  const Outcome done = member.run({"-q", "asn", "request"});
  EXPECT_EQ(done.output, "AS65000\n");
  EXPECT_EQ(done.errors, "");
  EXPECT_THAT(member.run({"-q", "prefix", "revoke", "3fff::/48"}).errors, HasSubstr("peerlab: "));
}

TEST_F(Verb, VerboseShowsEachExchangeAndNoToken) {
  hold_two();
  const Outcome outcome = member.run({"-v", "asn", "get"});
  EXPECT_EQ(outcome.output, "AS65000\n");
  EXPECT_THAT(outcome.errors, StartsWith("GET " + platform.url() + "/api/user/info 200 "));
  EXPECT_EQ(outcome.errors.find("the-token"), std::string::npos);
}

TEST_F(Verb, ComplaintsAreProblemDocumentsWhereJsonIsAskedFor) {
  platform.answer("POST /api/user/prefix", {problem_answer(wire::ProblemType::QuotaReached,
                                                           "Maximum lease limit reached.")});
  const Outcome outcome = member.run({"-o", "json", "prefix", "request", "1"});
  EXPECT_EQ(outcome.exit_code, 5);
  EXPECT_EQ(outcome.output, "");
  const auto problem = parse_json(outcome.errors);
  ASSERT_TRUE(problem) << outcome.errors;
  EXPECT_EQ(text_member(problem->as_object(), "type"), "/problems/quota-reached");
  EXPECT_EQ(integer_member(problem->as_object(), "exit_code"), 5);
}

TEST_F(Verb, CompletionsOfferWhatMayFollowInARealBash) {
  Command bash = member.command({});
  bash.argv = {"bash", "-c",
               R"(source <("$0" completions bash)
                  for line in 'peerlab ' 'peerlab pe' 'peerlab -q prefix r' 'peerlab x '; do
                    IFS=' ' read -ra COMP_WORDS <<<"$line"
                    [[ $line != *' ' ]] || COMP_WORDS+=('')
                    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                    _peerlab
                    echo "${COMPREPLY[*]}"
                  done)",
               bash.argv[0]};
  const Result<Outcome> outcome = peerlab::run(bash);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->errors, "");
  EXPECT_EQ(outcome->output,
            "auth asn prefix events peerlab peering operator lab api help completions\n"
            "peerlab peering\n"
            "request renew revoke rpki\n"
            "\n");
}

TEST_F(Verb, SaysSoWhereItsOutputCannotBeWritten) {
  hold_two();
  Command command = member.command({"prefix", "list"});
  command.argv = {"sh", "-c", "\"$0\" prefix list >/dev/full", command.argv[0]};
  const Result<Outcome> outcome = peerlab::run(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 1);
  EXPECT_THAT(outcome->errors, HasSubstr("cannot write to standard output"));
}

}  // namespace
}  // namespace peerlab::testing_support
