#include "lab/roa_table.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "base/json.h"

namespace peerlab::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<OriginRoute> routes(unsigned count) {
  std::vector<OriginRoute> list;
  for (unsigned i = 0; i < count; ++i) {
    const Ipv6 first = *Ipv6::parse("2a00:" + std::to_string(1000 + i) + "::");
    list.push_back({Ipv6Prefix::containing(first, 32), *Asn::make(1000 + i)});
  }
  return list;
}

std::size_t roas_in(const std::string& document) {
  const auto parsed = parse_json(document);
  EXPECT_TRUE(parsed) << document;
  return parsed ? parsed->at("roas").as_array().size() : 0;
}

TEST(Roas, NameTheTrueOriginExceptOfEveryFiftiethRoute) {
  const std::vector<Roa> roas = roas_of(routes(120));
  ASSERT_EQ(roas.size(), 120U);
  for (unsigned i = 0; i < roas.size(); ++i) {
    EXPECT_EQ(roas[i].origin.number(), i % 50 == 25 ? kNobodysAs : 1000 + i) << i;
  }
}

TEST(RoaDocument, IsJsonOfAsManyRoas) {
  for (const unsigned count : {0U, 1U, 2U, 120U}) {
    EXPECT_EQ(roas_in(render_roas(roas_of(routes(count)))), count);
  }
}

TEST(RoaDocument, WithOneMoreHasItAndAllTheOthers) {
  const Roa one{*Ipv6Prefix::parse("3fff:100:1::/48"), *Asn::make(kNobodysAs)};
  for (const unsigned count : {0U, 1U, 7U}) {
    const std::string before = render_roas(roas_of(routes(count)));
    EXPECT_EQ(roas_in(with_roa(before, one)), count + 1);
    EXPECT_THAT(invalid_prefixes(with_roa(before, one)), testing::Contains("3fff:100:1::/48"));
  }
}

TEST(RoaDocument, TellsWhichPrefixesItMakesInvalid) {
  EXPECT_THAT(invalid_prefixes(render_roas(roas_of(routes(76)))),
              ElementsAre("2a00:1025::/32", "2a00:1075::/32"));
  EXPECT_THAT(invalid_prefixes(""), IsEmpty());
}

}  // namespace
}  // namespace peerlab::lab
