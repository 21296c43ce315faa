#include "wire/mapping_document.h"

#include <gmock/gmock.h>

#include <random>

namespace peerlab::wire {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

const Instant kNow = *parse_rfc3339("2026-11-23T14:06:44Z");

Mapping mapping_of(const std::string& subject, std::uint32_t asn) {
  const Subject parsed = *Subject::parse(subject);
  return {UserHash::of(parsed), *Asn::make(asn), {}, parsed, "https://issuer/" + subject};
}

Mapping random_mapping(std::mt19937& random) {
  Mapping mapping = mapping_of("auth0|" + std::to_string(random()),
                               64512 + static_cast<std::uint32_t>(random() % 1000));
  const bool ends_known = random() % 2 == 0;
  for (std::size_t left = random() % 4; left > 0; --left) {
    std::optional<LeaseWindow> window;
    if (ends_known)
      window = LeaseWindow::starting(kNow + hours{random() % 100}, hours{1 + random() % 24});
    mapping.leases.push_back({Prefix48::from_network(random()), window});
  }
  if (random() % 2 == 0) mapping.email = "a" + std::to_string(random()) + "@example.org";
  if (random() % 4 == 0) mapping.overlay_user_ids = {1 + random(), 18446744073709551615ULL};
  if (random() % 4 == 0) mapping.subject.reset();
  return mapping;
}

TEST(MappingsDocument, ComesBackAsItWasWrittenSortedByUser) {
  std::mt19937 random{3};
  for (int round = 0; round < 300; ++round) {
    std::vector<Mapping> mappings;
    for (std::size_t left = random() % 6; left > 0; --left)
      mappings.push_back(random_mapping(random));
    const auto read = parse_mappings(encode(mappings));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_THAT(read->skipped, testing::IsEmpty());
    std::sort(mappings.begin(), mappings.end(),
              [](const Mapping& left, const Mapping& right) { return left.user < right.user; });
    EXPECT_EQ(read->records, mappings);
  }
}

TEST(MappingsDocument, IsSpelledAsTheExistingGeneratorReadsIt) {
  Mapping mapping = mapping_of("auth0|alice", 65000);
  mapping.leases.push_back(
      {*Prefix48::parse("2001:db8:1000::/48"), LeaseWindow::starting(kNow, hours{1})});
  EXPECT_EQ(
      encode(std::vector{mapping}),
      R"({"mappings":[{"user_hash":")" + mapping.user.text() +
          R"(","user_id":"auth0|alice","email":null,"asn":65000,"prefixes":["2001:db8:1000::/48"],)"
          R"("provider_id":"https://issuer/auth0|alice","overlay_user_ids":[],)"
          R"("leases":[{"prefix":"2001:db8:1000::/48","start_time":"2026-11-23T14:06:44+00:00",)"
          R"("end_time":"2026-11-23T15:06:44+00:00"}]}]})");
}

std::string row(const std::string& members) {
  return R"({"user_hash":")" + mapping_of("bob", 65001).user.text() + "\"," + members + "}";
}

Readable<Mapping> read(const std::string& rows) {
  auto result = parse_mappings(R"({"mappings":[)" + rows + "]}");
  EXPECT_TRUE(result);
  return result ? *result : Readable<Mapping>{};
}

TEST(MappingsDocument, OfAnOlderGatewayIsInForceNow) {
  const auto result =
      read(row(R"("user_id":"bob","email":"b@x.org","asn":65001,"prefixes":["2001:db8::/48"])"));
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_EQ(result.records[0].leases,
            (std::vector{LeasedPrefix{*Prefix48::parse("2001:db8::/48"), std::nullopt}}));
  EXPECT_EQ(result.records[0].email, "b@x.org");
}

TEST(MappingsDocument, KeepsEverybodyElseWhenOneRecordIsOdd) {
  const auto result =
      read(row(R"("asn":0)") + R"(,7,null,{"user_hash":"x","asn":65000},)" + row(R"("asn":65001)"));
  EXPECT_EQ(result.records.size(), 1U);
  EXPECT_EQ(result.skipped.size(), 4U);
  EXPECT_THAT(result.skipped[0].what,
              HasSubstr("mapping " + mapping_of("bob", 65001).user.short_text()));
}

TEST(MappingsDocument, KeepsTheMappingWhenOnePrefixIsBad) {
  const auto result = read(row(
      R"("asn":65001,"prefixes":["2a06:de00:5b:1000::/48","2001:db8::/47","2001:db8:1::/48",7])"));
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_EQ(result.records[0].leases.size(), 1U);
  EXPECT_EQ(result.skipped.size(), 3U);
}

TEST(MappingsDocument, GrantsNothingWhereALeasesEndCannotBeRead) {
  const auto result = read(row(
      R"("asn":65001,"prefixes":["2001:db8:1::/48"],"leases":[{"prefix":"2001:db8:1::/48","start_time":"2026-11-23T14:06:44Z"}])"));
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_THAT(result.records[0].leases, testing::IsEmpty());
  EXPECT_THAT(result.skipped.at(0).reason, HasSubstr("end_time"));
}

TEST(MappingsDocument, GrantsNothingWhereLeasesIsNoList) {
  const auto result = read(row(R"("asn":65001,"prefixes":["2001:db8:1::/48"],"leases":null)"));
  ASSERT_EQ(result.records.size(), 1U);
  EXPECT_THAT(result.records[0].leases, testing::IsEmpty());
  EXPECT_EQ(result.skipped.size(), 1U);
}

TEST(MappingsDocument, IsRefusedAsAWholeWhereItIsNone) {
  EXPECT_EQ(parse_mappings("<html>").error().kind, ErrorKind::Malformed);
  for (const char* const text :
       {"[]", "{}", R"({"mappings":null})", R"({"mappings":{},"mappings":[]})"}) {
    EXPECT_EQ(parse_mappings(text).error().kind, ErrorKind::Unprocessable) << text;
  }
}

TEST(MappingsDocument, NeverFailsOtherwiseThanByValueOnMutatedText) {
  std::mt19937 random{4};
  for (int round = 0; round < 5000; ++round) {
    std::string text = encode(std::vector{random_mapping(random), random_mapping(random)});
    for (std::size_t left = 1 + random() % 3; left > 0; --left)
      text[random() % text.size()] = static_cast<char>(random());
    (void)parse_mappings(text);
  }
}

}  // namespace
}  // namespace peerlab::wire
