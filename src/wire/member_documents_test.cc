#include "wire/member_documents.h"

#include <gmock/gmock.h>

#include <random>

namespace peerlab::wire {
namespace {

using std::chrono::hours;

const Instant kNow = *parse_rfc3339("2026-11-23T14:06:44Z");

UserHash alice() { return UserHash::of(*Subject::parse("auth0|alice")); }

MemberRecord random_record(std::mt19937& random) {
  MemberRecord record{alice(), std::nullopt, static_cast<std::uint32_t>(random() % 9), {}};
  if (random() % 2 == 0)
    record.asn = *Asn::make(64512 + static_cast<std::uint32_t>(random() % 1000));
  for (std::size_t left = random() % 4; left > 0; --left) {
    const Instant begin = kNow + hours{random() % 1000};
    record.leases.push_back({Prefix48::from_network(random()),
                             LeaseWindow::starting(begin, hours{1 + random() % 24}),
                             random() % 2 == 0});
  }
  for (std::size_t left = random() % 3; left > 0; --left) {
    const LinePlace place{1 + random() % 9, 9, kNow + hours{random() % 1000}, std::nullopt};
    record.waiting.push_back({"staff", kNow, place});
    if (random() % 2 == 0) record.waiting.back().place.turn_at = kNow + hours{2};
  }
  if (random() % 2 == 0) record.suspended = {kNow + hours{random() % 1000}, "a \"reason\""};
  return record;
}

TEST(MemberRecord, ComesBackAsItWasWritten) {
  std::mt19937 random{1};
  for (int round = 0; round < 500; ++round) {
    const MemberRecord written = random_record(random);
    const auto read = parse_member_record(encode(written));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->user, written.user);
    EXPECT_EQ(read->asn, written.asn);
    EXPECT_EQ(read->max_leases, written.max_leases);
    ASSERT_EQ(read->leases.size(), written.leases.size());
    EXPECT_EQ(read->suspended, written.suspended);
    EXPECT_EQ(read->waiting, written.waiting);
    EXPECT_EQ(encode(*read), encode(written));
  }
}

TEST(MemberRecord, IsSpelledAsTheExistingClientsReadIt) {
  const MemberRecord record{
      alice(),
      *Asn::make(65000),
      1,
      {{*Prefix48::parse("2001:db8:1000::/48"), LeaseWindow::starting(kNow, hours{4}), false}}};
  EXPECT_EQ(
      encode(record),
      R"({"user_hash":")" + alice().text() +
          R"(","asn":65000,"max_leases":1,"active_leases":[{"prefix":"2001:db8:1000::/48",)"
          R"("rpki_enabled":false,"start_time":"2026-11-23T14:06:44+00:00","end_time":"2026-11-23T18:06:44+00:00"}],"suspended":null})");
}

TEST(MemberRecord, OfTheExistingGatewayIsReadToo) {
  const auto record = parse_member_record(
      R"({"user_hash":")" + alice().text() +
      R"(","asn":null,"max_leases":null,"active_leases":[{"prefix":"2001:db8:1000::/48",)"
      R"("start_time":"2026-11-23T14:06:44.770197+00:00","end_time":"2026-11-23T18:06:44.770197+00:00","rpki_enabled":true}]})");
  ASSERT_TRUE(record) << record.error().detail;
  EXPECT_EQ(record->asn, std::nullopt);
  EXPECT_TRUE(record->leases.at(0).rpki_enabled);
}

TEST(MemberRecord, RefusesAWrongShapeByName) {
  const std::string hash = alice().text();
  for (const auto& [text, named] : std::vector<std::pair<std::string, std::string>>{
           {"[]", "object"},
           {"{}", "user_hash"},
           {R"({"user_hash":")" + hash + R"("})", "active_leases"},
           {R"({"user_hash":")" + hash + R"(","asn":"65000","active_leases":[]})", "asn"},
           {R"({"user_hash":")" + hash + R"(","active_leases":[{"prefix":"2001:db8::/47"}]})",
            "prefix"},
           {R"({"user_hash":")" + hash + R"(","active_leases":[],"suspended":true})", "suspended"},
           {R"({"user_hash":")" + hash + R"(","active_leases":[],"suspended":{"since":"today"}})",
            "since"}}) {
    const auto record = parse_member_record(text);
    ASSERT_FALSE(record) << text;
    EXPECT_THAT(record.error().detail, testing::HasSubstr(named));
  }
}

TEST(AsnAnswer, ComesBackAsItWasWritten) {
  const AsnAnswer written{*Asn::make(4200000000), "ASN assigned successfully"};
  EXPECT_EQ(encode(written), R"({"asn":4200000000,"message":"ASN assigned successfully"})");
  const auto read = parse_asn_answer(encode(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->asn, written.asn);
  EXPECT_EQ(read->message, written.message);
  EXPECT_FALSE(parse_asn_answer(R"({"asn":0,"message":""})"));
}

TEST(LeaseAnswer, ComesBackAsItWasWritten) {
  const LeaseAnswer written{*Prefix48::parse("3fff:100:1::/48"),
                            LeaseWindow::starting(kNow, hours{1}), "Prefix leased successfully"};
  const auto read = parse_lease_answer(encode(written));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->prefix, written.prefix);
  EXPECT_EQ(read->window, written.window);
  EXPECT_EQ(read->message, written.message);
}

TEST(MemberDocuments, NeverFailOtherwiseThanByValueOnMutatedText) {
  std::mt19937 random{2};
  for (int round = 0; round < 5000; ++round) {
    std::string text = encode(random_record(random));
    for (std::size_t left = 1 + random() % 3; left > 0; --left) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    (void)parse_member_record(text);
    (void)parse_asn_answer(text);
    (void)parse_lease_answer(text);
    (void)parse_lease_request(text);
    (void)parse_rpki_request(text);
    (void)parse_problem(500, text);
  }
}

}  // namespace
}  // namespace peerlab::wire
