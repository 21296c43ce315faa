// `peerlab operator`: what it asks, as whom, what it prints, and that it believes no chain.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "base/digest.h"
#include "tests/cli/peerlab_command.h"
#include "tests/cli/scripted_platform.h"
#include "wire/audit_documents.h"
#include "wire/holder_document.h"
#include "wire/pools_document.h"

namespace peerlab::testing_support {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

const std::string kAlice(64, 'a');
const std::string kBob = "aaaaaaaab" + std::string(55, '0');
const std::string kKey = "key-of-olga-0123456789";
constexpr const char* kVerify = "GET /operator/audit/verify";
constexpr const char* kTrail = "GET /operator/audit?limit=1000";

wire::OperatorMember member_row(const std::string& user, std::uint64_t number) {
  return {*UserHash::parse(user), number, *Asn::make(65000), *parse_rfc3339("2026-11-23T14:06:44Z"),
          1};
}

std::string members(std::vector<wire::OperatorMember> rows, std::optional<std::string> next = {}) {
  return wire::encode(wire::OperatorMembers{std::move(rows), std::move(next)});
}

// A chain of so many events, as the gateway would seal them.
std::vector<wire::AuditRow> chain(std::uint64_t length) {
  std::vector<wire::AuditRow> rows;
  std::string link(64, '0');
  for (std::uint64_t i = 1; i <= length; ++i) {
    const std::string line = fmt::format("id={} kind=leased", i);
    link = sha256_hex(fmt::format("{}\n{}\n", link, line));
    rows.push_back(
        {i, {{i, "leased", *parse_rfc3339("2026-11-23T14:06:44Z")}, "member"}, 1, line, link});
  }
  return rows;
}

class OperatorVerb : public ::testing::Test {
 protected:
  OperatorVerb() : olga{platform.url()} { olga.set("PEERLAB_OPERATOR_KEY", kKey); }
  Outcome run(std::vector<std::string> words) {
    words.insert(words.begin(), "operator");
    return olga.run(words);
  }
  void serve(const std::vector<wire::AuditRow>& rows, const Chain& said) {
    platform.answer(kVerify, {json_answer(wire::encode(said))});
    platform.answer(kTrail, {json_answer(wire::encode(wire::AuditPage{rows, {}}))});
  }
  static Chain state_of(const std::vector<wire::AuditRow>& rows) {
    return {rows.size(), rows.empty() ? std::string(64, '0') : rows.back().link};
  }
  ScriptedPlatform platform;
  PeerlabCommand olga;
};

TEST_F(OperatorVerb, AsksByTheKeyOfTheEnvironmentTheFileOrTheSignIn) {
  const std::string question = "GET /operator/members?limit=1000";
  platform.answer(question, {json_answer(members({}))});
  EXPECT_EQ(run({"members"}).exit_code, 0);
  TemporaryFolder folder;
  const std::string file = (folder / "key").string();
  std::ofstream{file} << "key-of-the-file-0123456789\n";
  EXPECT_EQ(run({"--operator-key-file", file, "members"}).exit_code, 0);
  EXPECT_EQ(run({"members", "--operator-key-file", file}).exit_code, 0);
  PeerlabCommand paula{platform.url()};
  paula.set("PEERLAB_TOKEN", "the-token");
  EXPECT_EQ(paula.run({"operator", "members"}).exit_code, 0);
  std::vector<std::string> asked_as;
  for (const http::Request& request : platform.heard(question)) {
    asked_as.emplace_back(*request.header("Authorization"));
  }
  EXPECT_THAT(asked_as,
              ::testing::ElementsAre("Bearer " + kKey, "Bearer key-of-the-file-0123456789",
                                     "Bearer key-of-the-file-0123456789", "Bearer the-token"));
  EXPECT_EQ(run({"--operator-key-file", "/nowhere", "members"}).exit_code, 2);
  std::ofstream{file} << "two words\n";
  EXPECT_EQ(run({"--operator-key-file", file, "members"}).exit_code, 2);
}

TEST_F(OperatorVerb, SaysWhoIsRefusedAndHow) {
  const std::string question = "GET /operator/pools";
  platform.answer(question, {problem_answer(wire::ProblemType::Unauthenticated, "")});
  const Outcome wrong = run({"pools"});
  EXPECT_EQ(wrong.exit_code, 4);
  EXPECT_THAT(wrong.errors, HasSubstr("PEERLAB_OPERATOR_KEY"));
  EXPECT_EQ(wrong.errors.find(kKey), std::string::npos);
  platform.answer(question, {problem_answer(wire::ProblemType::NotAnOperator, "")});
  EXPECT_EQ(run({"pools"}).exit_code, 5);
}

TEST_F(OperatorVerb, ListsEveryPage) {
  wire::OperatorMember bob = member_row(kBob, 2);
  bob.quota = bob.max_leases = 3;
  bob.suspended = {*parse_rfc3339("2026-11-23T15:00:00Z"), "leaks"};
  platform.answer("GET /operator/members?limit=1000",
                  {json_answer(members({member_row(kAlice, 1)}, kAlice))});
  platform.answer("GET /operator/members?limit=1000&after=" + kAlice,
                  {json_answer(members({bob}))});
  EXPECT_EQ(run({"members", "-o", "csv"}).output,
            "user_hash,member,asn,leases,max_leases,suspended,reason\n" + kAlice +
                ",1,65000,0,1,,\n" + kBob + ",2,65000,0,3,2026-11-23T15:00:00+00:00,leaks\n");
  EXPECT_THAT(run({"members"}).output, HasSubstr("3 (its own)  2026-11-23 15:00 UTC  leaks\n"));
  platform.answer("GET /operator/members?limit=1000&user=aaaa&suspended=true",
                  {json_answer(members({}))});
  EXPECT_EQ(run({"members", "aaaa", "--suspended", "-o", "json"}).output, "[]\n");
  const Instant noon = *parse_rfc3339("2026-11-23T12:00:00Z");
  platform.answer("GET /operator/leases?limit=1000",
                  {json_answer(wire::encode(wire::HeldLeases{
                      {{{*Prefix48::parse("3fff:100::/48"), LeaseWindow::starting(noon, 4h)},
                        *UserHash::parse(kAlice),
                        1,
                        *Asn::make(65000),
                        true}},
                      {}}))});
  EXPECT_EQ(run({"leases", "-o", "csv"}).output,
            "prefix,user_hash,member,asn,start_time,end_time,suspended\n3fff:100::/48," + kAlice +
                ",1,65000,2026-11-23T12:00:00+00:00,2026-11-23T16:00:00+00:00,true\n");
  wire::Pools pools{1000, 7, {{"default", 2, 1, 1, 0, noon, 5}}};
  platform.answer("GET /operator/pools", {json_answer(wire::encode(pools))});
  const Outcome shown = run({"pools", "-o", "csv"});
  EXPECT_EQ(shown.output,
            "pool,size,leased,resting,free,next_frees_at,waiting\n"
            "default,2,1,1,0,2026-11-23T12:00:00+00:00,5\n");
  EXPECT_EQ(shown.errors, "ASNs: 7 of 1000 are assigned\n");
}

TEST_F(OperatorVerb, TakesAMemberByAsManyDigitsAsMakeItOne) {
  const std::string suspend = "POST /operator/members/" + kAlice + "/suspend";
  platform.answer(suspend, {json_answer(wire::encode(member_row(kAlice, 1)))});
  platform.answer("GET /operator/members?limit=2&user=aaaaaaaaa",
                  {json_answer(members({member_row(kAlice, 1)}))});
  platform.answer("GET /operator/members?limit=2&user=aaaaaaaa",
                  {json_answer(members({member_row(kAlice, 1), member_row(kBob, 2)}))});
  platform.answer("GET /operator/members?limit=2&user=bbbbbbbb", {json_answer(members({}))});
  const Outcome done = run({"suspend", "aaaaaaaaa", "leaks a table"});
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_EQ(done.errors, "aaaaaaaa is suspended: no router announces it\n");
  EXPECT_EQ(platform.heard(suspend).at(0).body, R"({"reason":"leaks a table"})");
  EXPECT_EQ(run({"suspend", kAlice, "x"}).exit_code, 0);
  EXPECT_EQ(run({"suspend", "aaaaaaaa", "x"}).exit_code, 2);
  EXPECT_EQ(run({"suspend", "bbbbbbbb", "x"}).exit_code, 3);
  EXPECT_EQ(run({"suspend", "aaaaaaa", "x"}).exit_code, 2) << "too few";
  EXPECT_EQ(run({"suspend", "AAAAAAAA", "x"}).exit_code, 2);
  EXPECT_EQ(platform.heard(suspend).size(), 2U);
}

TEST_F(OperatorVerb, ChangesAskForTheChangeAndNothingElse) {
  const std::string row = wire::encode(member_row(kAlice, 1)), path = "/operator/members/" + kAlice;
  platform.answer("POST " + path + "/resume", {json_answer(row)});
  platform.answer("PUT " + path + "/quota", {json_answer(row)});
  platform.answer("DELETE " + path, {http::Response{204, {}, ""}});
  platform.answer("DELETE /operator/leases/3fff%3A100%3A%3A%2F48", {http::Response{204, {}, ""}});
  EXPECT_EQ(run({"resume", kAlice, "-o", "json"}).output, row + "\n");
  EXPECT_EQ(run({"quota", kAlice, "2"}).exit_code, 0);
  EXPECT_EQ(run({"quota", kAlice, "default"}).exit_code, 0);
  EXPECT_EQ(run({"quota", kAlice, "65"}).exit_code, 2);
  EXPECT_EQ(run({"quota", kAlice, "two"}).exit_code, 2);
  const auto quotas = platform.heard("PUT " + path + "/quota");
  ASSERT_EQ(quotas.size(), 2U);
  EXPECT_EQ(quotas[0].body, R"({"max_leases":2})");
  EXPECT_EQ(quotas[1].body, R"({"max_leases":null})");
  EXPECT_EQ(run({"revoke", "3fff:100::/48"}).errors, "the lease of 3fff:100::/48 has ended\n");
  const Outcome unasked = run({"forget", kAlice});
  EXPECT_EQ(unasked.exit_code, 2);
  EXPECT_THAT(unasked.errors, HasSubstr("--yes"));
  EXPECT_EQ(platform.heard("DELETE " + path).size(), 0U);
  EXPECT_EQ(run({"forget", kAlice, "--yes"}).errors, "aaaaaaaa is forgotten\n");
  EXPECT_EQ(platform.heard("DELETE " + path).size(), 1U);
}

TEST_F(OperatorVerb, AuditIsATableOfEvents) {
  platform.answer("GET /operator/audit?after=1&limit=5",
                  {json_answer(wire::encode(wire::AuditPage{{chain(2).back()}, {}}))});
  EXPECT_EQ(run({"audit", "--after", "1", "--limit", "5", "-o", "csv"}).output,
            "position,at,kind,member,of,by,note\n2,2026-11-23T14:06:44+00:00,leased,1,,member,\n");
}

TEST_F(OperatorVerb, VerifyBelievesAChainThatItRecomputed) {
  const auto rows = chain(3);
  serve(rows, state_of(rows));
  const Outcome right = run({"audit", "verify", "-o", "csv"});
  EXPECT_EQ(right.exit_code, 0) << right.errors;
  EXPECT_EQ(right.output, "length,head\n3," + rows.back().link + "\n");
  for (const wire::AuditRow& row : rows) {
    EXPECT_EQ(run({"audit", "verify", "--head", row.link}).exit_code, 0);
  }
  EXPECT_EQ(run({"audit", "verify", "--head", std::string(64, '0')}).exit_code, 0);
  serve(rows, state_of({rows[0], rows[1]}));
  EXPECT_EQ(run({"audit", "verify"}).exit_code, 0) << "it grew meanwhile";
}

TEST_F(OperatorVerb, VerifyNoticesWhatIsNotTheChain) {
  const auto rows = chain(3);
  const auto refusal = [&](const std::vector<wire::AuditRow>& sent, const Chain& said,
                           const std::string& head = {}) {
    serve(sent, said);
    const Outcome outcome =
        head.empty() ? run({"audit", "verify"}) : run({"audit", "verify", "--head", head});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.output;
    return outcome.errors;
  };
  auto changed = rows;
  changed[1].line = "id=2 kind=revoked";
  EXPECT_THAT(refusal(changed, state_of(rows)), HasSubstr("position 2 is not what was sealed"));
  EXPECT_THAT(refusal({rows[0], rows[2]}, state_of(rows)), HasSubstr("position 2"));
  EXPECT_THAT(refusal({rows[0], rows[1]}, state_of(rows)), HasSubstr("3 events and sends 2"));
  EXPECT_THAT(refusal({rows[0], rows[1]}, state_of({rows[0], rows[1]}), rows[2].link),
              HasSubstr("no link of the chain"));
  Chain broken = state_of(rows);
  broken.first_broken = 2;
  EXPECT_THAT(refusal(rows, broken), HasSubstr("the platform says that position 2"));
}

TEST_F(OperatorVerb, HolderIsAskedByAnybody) {
  const Instant noon = *parse_rfc3339("2026-11-23T12:00:00Z");
  const std::string path = "GET /api/prefixes/3fff%3A100%3A%3A%2F48/holder";
  wire::Holder holder{*Prefix48::parse("3fff:100::/48"), noon};
  platform.answer(path, {json_answer(wire::encode(holder))});
  EXPECT_EQ(run({"holder", "3fff:100::/48"}).exit_code, 3);
  holder.held = {7, *Asn::make(65000), LeaseWindow::starting(noon, 4h)};
  platform.answer(path + "?at=2026-11-23T12%3A00%3A00Z", {json_answer(wire::encode(holder))});
  EXPECT_EQ(run({"holder", "3fff:100::/48", "--at", "2026-11-23T12:00:00Z", "-o", "csv"}).output,
            "member,asn,start_time,end_time\n"
            "7,65000,2026-11-23T12:00:00+00:00,2026-11-23T16:00:00+00:00\n");
  EXPECT_EQ(platform.heard(path).at(0).header("Authorization"), std::nullopt);
}

}  // namespace
}  // namespace peerlab::testing_support
