#include "lab/member_machine.h"

#include <gmock/gmock.h>

namespace peerlab::lab {
namespace {

using testing::HasSubstr;

constexpr const char* kConfiguration =
    "filter ImportFromIXP {\n  accept;\n}\nfilter ExportToIXP {\n  reject;\n}\n";

TEST(Invitation, IsReadFromWhatAPersonSees) {
  const auto invitation = read_invitation(
      "Open   http://192.0.2.2:9000/device  in a browser\nand enter   BCDF-GHJK   there\n");
  ASSERT_TRUE(invitation);
  EXPECT_EQ(invitation->url, "http://192.0.2.2:9000/device");
  EXPECT_EQ(invitation->code, "BCDF-GHJK");
}

TEST(Invitation, IsNoneWhileTheCommandHasPrintedOnlyHalf) {
  for (const char* half : {"", "open http://192.0.2.2:9000/device", "code BCDF-GHJK",
                           "open http://192.0.2.2/ code bcdf-ghjk", "http://a/ BCDFG-HJK"}) {
    EXPECT_FALSE(read_invitation(half)) << half;
  }
}

TEST(Edit, GoesIntoTheFilterItNames) {
  Edit edit;
  edit.export_lines = "bgp_path.prepend(65000);";
  edit.import_lines = "if net = 3fff::/48 then reject;";
  const auto text = edited(kConfiguration, edit);
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("ExportToIXP {\nbgp_path.prepend(65000);\n"));
  EXPECT_THAT(*text, HasSubstr("ImportFromIXP {\nif net = 3fff::/48 then reject;\n"));
}

TEST(Edit, OfNothingChangesNothing) { EXPECT_EQ(edited(kConfiguration, {}), kConfiguration); }

TEST(Edit, IsRefusedWhereThereIsNoSuchFilter) {
  Edit edit;
  edit.export_lines = "accept;";
  EXPECT_EQ(edited("protocol device {}\n", edit).error().kind, ErrorKind::Malformed);
}

TEST(Edit, GivesEveryFurtherPrefixARouteThatItsFilterLetsPass) {
  Edit edit;
  edit.routes = {"3fff:100:1::/49", "3fff:100:2::/48"};
  const auto text = edited(kConfiguration, edit);
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("route 3fff:100:1::/49 blackhole;"));
  EXPECT_THAT(*text, HasSubstr("route 3fff:100:2::/48 blackhole;"));
  EXPECT_THAT(*text, HasSubstr("ExportToIXP {\nif proto = \"lab_extra\" then accept;\n"));
}

constexpr const char* kTwoSites =
    "filter ImportFromIXP {\n}\nfilter ExportToIXP {\n}\n"
    "protocol bgp ixp_ixpfra01 {\n  ipv6 { export filter ExportToIXP; };\n}\n"
    "protocol bgp ixp_ixpams01 {\n  ipv6 { export filter ExportToIXP; };\n}\n";

TEST(Edit, OfWhatOneSiteIsToldLeavesTheOther) {
  Edit edit;
  edit.export_lines_at["ixpams01"] = "bgp_path.prepend(65000);";
  const auto text = edited(kTwoSites, edit);
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("ixp_ixpfra01 {\n  ipv6 { export filter ExportToIXP; };"));
  EXPECT_THAT(*text, HasSubstr("ixp_ixpams01 {\n  ipv6 { export filter { "
                               "bgp_path.prepend(65000); if proto = \"peerlab_leases\" then "
                               "accept; reject; }; };"));
  EXPECT_FALSE(edited(kConfiguration, edit)) << "no such session";
}

TEST(Edit, ThatKeepsOneSiteDisablesTheOthers) {
  Edit edit;
  edit.only_at = "ixpfra01";
  const auto text = edited(kTwoSites, edit);
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("ixp_ixpfra01 {\n"));
  EXPECT_THAT(*text, HasSubstr("ixp_ixpams01 { disabled;\n"));
}

}  // namespace
}  // namespace peerlab::lab
