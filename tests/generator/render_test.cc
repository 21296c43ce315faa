// `peerlab-bird-config render`: a whole server directory that BIRD accepts, offline.
#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/generator/ixp_server.h"
#include "wire/mapping_document.h"

namespace peerlab::generator_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::TemporaryFolder;

const std::string kBase = R"(name = "ams01"
asn = 64500
router_id = "192.0.2.1"
overlay_ipv4 = "100.64.0.200"
overlay_ipv6 = "fd7a:115c:a1e0::200"
pool = ["3fff:100::/32"]
)";
const std::string kWorld = R"(infrastructure = ["3fff:200::/48", "3fff:201::/48"]
[[upstream]]
name = "transit"
asn = 64496
address = "2001:db8:1::2"
local_address = "2001:db8:1::1"
password_file = "transit.key"
[[upstream]]
name = "second"
asn = 64497
address = "2001:db8:2::2"
local_address = "2001:db8:2::1"
[[route_server]]
name = "rs1"
asn = 64511
address = "2001:db8:3::2"
local_address = "2001:db8:3::1"
password_file = "transit.key"
[[rpki]]
prefix = "2001:db8::/32"
max_length = 48
asn = 64496
[[rpki]]
prefix = "3fff:100::/32"
max_length = 48
asn = 64500
)";

class Render : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file(folder_ / "transit.key", "p'a#s;s{w}0rd\n", 0640));
    ASSERT_TRUE(
        write_file(folder_ / "nodes.json", R"({"nodes":[)" + node(1) + "," + node(2) + "]}"));
    ASSERT_TRUE(
        write_file(folder_ / "mappings.json",
                   wire::encode(std::vector{member(1, in_an_hour()), member(2, in_an_hour())})));
  }
  Outcome render(const std::string& site, const std::vector<std::string>& more) {
    EXPECT_TRUE(write_file(folder_ / "site.toml", site));
    Command command{{PEERLAB_BINARY_DIR "/bin/peerlab-bird-config", "render", "--site",
                     (folder_ / "site.toml").string(), "--out", out_.string()}};
    command.argv.insert(command.argv.end(), more.begin(), more.end());
    return run(command).value_or(Outcome{-1, "", "it did not run"});
  }
  std::vector<std::string> facts() const {
    return {"--nodes", (folder_ / "nodes.json").string(), "--mappings",
            (folder_ / "mappings.json").string()};
  }
  std::string text(const char* name) const { return read_file(out_ / name).value_or(""); }
  void bird_accepts() const {
    const auto checked = run({{"bird", "-p", "-c", (out_ / "bird.conf").string()}});
    ASSERT_TRUE(checked) << checked.error().detail;
    EXPECT_TRUE(checked->ok()) << checked->errors;
  }
  TemporaryFolder folder_;
  std::filesystem::path out_ = folder_ / "bird";
};

TEST_F(Render, IsAcceptedByBirdForEveryKindOfSite) {
  for (const std::string& site :
       {kBase, kBase + kWorld, kBase + "node_id = 7\nlinks = true\n" + kWorld,
        kBase + "asn_pool = \"65000-65999\"\n", kBase + "infrastructure = []\n"}) {
    for (const auto& more : {std::vector<std::string>{}, facts()}) {
      const Outcome outcome = render(site, more);
      EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
      bird_accepts();
    }
  }
}

TEST_F(Render, SaysWhatItWroteAndHowToCheckIt) {
  const Outcome outcome = render(kBase, facts());
  EXPECT_THAT(outcome.output, HasSubstr("2 sessions, 2 leases; check it with: bird -p -c "));
}

TEST_F(Render, SendsPacketsToTheMembersEndOfItsLinkWhereThereAreLinks) {
  ASSERT_EQ(render(kBase + "node_id = 7\nlinks = true\n", facts()).exit_code, 0);
  EXPECT_THAT(text("peerlab_generated.conf"), HasSubstr("next hop address fd50:0:700:1::1;"));
  EXPECT_THAT(text("peerlab_generated.conf"), HasSubstr("peerlab_judge(65001, fd50:0:700:1::2)"));
  ASSERT_EQ(render(kBase, facts()).exit_code, 0);
  EXPECT_THAT(text("peerlab_generated.conf"), HasSubstr("peerlab_judge(65001, fd7a:115c:a1e0::1)"));
}

TEST_F(Render, KeepsPasswordsFromEverybodyElse) {
  const Outcome outcome = render(kBase + kWorld, facts());
  EXPECT_THAT(text("bird.conf"), HasSubstr("p'a#s;s{w}0rd"));
  EXPECT_THAT(outcome.output + outcome.errors, Not(HasSubstr("w}0rd")));
  const auto mode = std::filesystem::status(out_ / "bird.conf").permissions();
  EXPECT_EQ(mode & std::filesystem::perms::others_all, std::filesystem::perms::none);
}

TEST_F(Render, JudgesLeasesAtTheInstantItIsGiven) {
  auto late = facts();
  late.insert(late.end(), {"--now", rfc3339(in_an_hour() + std::chrono::seconds{10})});
  ASSERT_EQ(render(kBase, late).exit_code, 0);
  EXPECT_FALSE(has_lease(text("peerlab_generated.conf"), 1));
  EXPECT_TRUE(has_session(text("peerlab_generated.conf"), 1));
}

TEST_F(Render, WritesTheSameBytesAgain) {
  ASSERT_EQ(render(kBase + kWorld, facts()).exit_code, 0);
  const std::string before = text("peerlab_generated.conf") + text("bird.conf");
  ASSERT_EQ(render(kBase + kWorld, facts()).exit_code, 0);
  EXPECT_EQ(text("peerlab_generated.conf") + text("bird.conf"), before);
}

TEST_F(Render, NamesTheFileThatIsOfNoUse) {
  EXPECT_EQ(render("name = 7\n", {}).exit_code, 2);
  ASSERT_TRUE(write_file(folder_ / "nodes.json", "<html>"));
  const Outcome no_nodes = render(kBase, facts());
  EXPECT_EQ(no_nodes.exit_code, 4);
  EXPECT_THAT(no_nodes.errors, HasSubstr("nodes.json: this is not JSON"));
  EXPECT_EQ(render(kBase, {"--mappings", "/nonexistent.json"}).exit_code, 4);
  ASSERT_TRUE(write_file(folder_ / "file", ""));
  out_ = folder_ / "file/bird";
  const Outcome no_folder = render(kBase, {});
  EXPECT_EQ(no_folder.exit_code, 6);
  EXPECT_THAT(no_folder.errors, HasSubstr("file/bird"));
}

}  // namespace
}  // namespace peerlab::generator_test
