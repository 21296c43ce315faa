#include "rpki/stayrtr_file.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::rpki {
namespace {

namespace json = boost::json;

const Instant kNoon{std::chrono::seconds{1'795'000'000}};

std::vector<Roa> two() {
  return {{*Prefix48::parse("3fff:100::/48"), *Asn::make(64500), kNoon + std::chrono::hours{1}},
          {*Prefix48::parse("3fff:100:1::/48"), *Asn::make(64500), kNoon + std::chrono::hours{2}}};
}

TEST(StayrtrDocument, IsWhatStayrtrReads) {
  const auto document = parse_json(stayrtr_document(two(), kNoon));
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ(*document, (json::value{{"metadata", {{"buildtime", rfc3339(kNoon)}}},
                                    {"roas",
                                     {{{"prefix", "3fff:100::/48"},
                                       {"maxLength", 48},
                                       {"asn", "AS64500"},
                                       {"ta", "peerlab"},
                                       {"expires", 1'795'003'600}},
                                      {{"prefix", "3fff:100:1::/48"},
                                       {"maxLength", 48},
                                       {"asn", "AS64500"},
                                       {"ta", "peerlab"},
                                       {"expires", 1'795'007'200}}}}}));
}

TEST(StayrtrDocument, OfNoRoasIsAnEmptyList) {
  const auto document = parse_json(stayrtr_document({}, kNoon));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->at("roas"), json::value(json::array{}));
}

TEST(StayrtrFile, IsReplacedWholeAndKeptWhereItCannotBe) {
  const testing_support::TemporaryFolder folder;
  StayrtrFile publisher{folder / "roas.json"};
  ASSERT_TRUE(publisher.publish(two(), kNoon));
  EXPECT_EQ(*read_file(folder / "roas.json"), stayrtr_document(two(), kNoon));
  ASSERT_TRUE(publisher.publish({}, kNoon));
  EXPECT_EQ(*read_file(folder / "roas.json"), stayrtr_document({}, kNoon));
  EXPECT_FALSE(StayrtrFile{folder / "no/roas.json"}.publish({}, kNoon));
}

}  // namespace
}  // namespace peerlab::rpki
