#include "policy/reason.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

namespace peerlab::policy {
namespace {

TEST(Reasons, HaveTheNumbersOfThePolicy) {
  const std::map<std::uint32_t, std::string_view> expected{
      {1, "prefix-too-long"},       {2, "prefix-too-short"},
      {3, "bogon-prefix"},          {4, "bogon-asn"},
      {5, "path-too-long"},         {6, "empty-path"},
      {7, "first-as-is-not-peer"},  {8, "next-hop"},
      {9, "outside-pool"},          {10, "foreign-asn-in-path"},
      {13, "rpki-invalid"},         {14, "transit-free-asn"},
      {15, "too-many-communities"}, {100, "no-active-lease"},
      {101, "lease-ended"},         {102, "unknown-node"},
      {103, "too-many-changes"},    {104, "too-many-prefixes"}};
  std::map<std::uint32_t, std::string_view> table;
  for (const ReasonEntry& entry : all_reasons()) {
    EXPECT_TRUE(table.emplace(number_of(entry.reason), entry.slug).second) << entry.slug;
  }
  EXPECT_EQ(table, expected);
  EXPECT_EQ(kReasonFunction, 1101U);
}

TEST(Reasons, AreFoundByNumberAndByNothingElse) {
  std::set<std::string_view> slugs;
  for (const ReasonEntry& entry : all_reasons()) {
    EXPECT_EQ(reason_numbered(number_of(entry.reason)), entry.reason);
    EXPECT_EQ(describe(entry.reason).slug, entry.slug);
    EXPECT_TRUE(slugs.insert(entry.slug).second) << entry.slug;
  }
  for (const std::uint32_t number : {0U, 11U, 12U, 16U, 99U, 105U, 65637U, 4294967295U}) {
    EXPECT_EQ(reason_numbered(number), std::nullopt) << number;
  }
}

TEST(Reasons, SayWhatIsWrongAndWhatToDoInWholeSentences) {
  for (const ReasonEntry& entry : all_reasons()) {
    EXPECT_EQ(entry.slug.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
    for (const std::string_view text : {entry.sentence, entry.advice}) {
      ASSERT_GE(text.size(), 20U) << entry.slug;
      EXPECT_TRUE(text.front() >= 'A' && text.front() <= 'Z' && text.back() == '.') << text;
    }
    EXPECT_NE(entry.sentence, entry.advice);
  }
}

}  // namespace
}  // namespace peerlab::policy
