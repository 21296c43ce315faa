#include "confgen/closings_shown.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <sstream>

namespace peerlab::confgen {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr Instant kNow{std::chrono::seconds{1'795'000'000}};

Closings leak_of_alice() {
  Closings closings;
  closings.close({.neighbour = *Ipv4::parse("100.64.0.7"),
                  .asn = *Asn::make(65107),
                  .offence = Offence::TooManyPrefixes,
                  .since = kNow},
                 kNow + 30s);
  return closings;
}

std::string text_at(Instant now) {
  std::ostringstream out;
  print_closings(out, leak_of_alice(), now);
  return out.str();
}

TEST(ClosingsShown, SayWhoIsClosedWhyAndForHowLong) {
  EXPECT_THAT(text_at(kNow + 10s),
              AllOf(StartsWith("closed      100.64.0.7 AS65107: too-many-prefixes, since "),
                    HasSubstr("for 20 s more"), HasSubstr("your export filter leaks")));
  EXPECT_THAT(text_at(kNow + 30s), StartsWith("let in      100.64.0.7 AS65107: was closed"));
}

TEST(ClosingsShown, SayTheSameToMachinesWithTheReasonsNumber) {
  const auto array = closings_as_json(leak_of_alice(), kNow + 10s);
  ASSERT_EQ(array.size(), 1U);
  const boost::json::object& closing = array.at(0).as_object();
  EXPECT_EQ(closing.at("reason_number"), 104);
  EXPECT_EQ(closing.at("closed"), true);
  EXPECT_EQ(closing.at("until"), boost::json::value(rfc3339(kNow + 30s)));
  EXPECT_EQ(closings_as_json(leak_of_alice(), kNow + 30s).at(0).at("closed"), false);
}

}  // namespace
}  // namespace peerlab::confgen
