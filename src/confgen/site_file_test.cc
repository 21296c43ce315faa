#include "confgen/site_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "base/file.h"
#include "base/text.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing_support::TemporaryFolder;

// Every key there is; the tests below change one line of it.
constexpr std::string_view kWhole = R"(name = "ams01"
asn = 64500
router_id = "192.0.2.1"
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
node_id = 1
pool = ["3fff:100::/32", "3fff:200:1::/48"]
infrastructure = ["3fff:300::/48"]
links = true
asn_pool = "65000-65999"
[[upstream]]
name = "transit"
asn = 64496
address = "2001:db8:1::2"
local_address = "2001:db8:1::1"
password_file = "transit.key"
[[route_server]]
name = "rs1"
asn = 64511
address = "2001:db8:2::2"
local_address = "2001:db8:2::1"
[[rpki]]
prefix = "2001:db8::/32"
max_length = 48
asn = 64496
[[rtr]]
name = "validator"
address = "2001:db8:3::1"
port = 3323
[[rtr]]
name = "other"
address = "192.0.2.9"
port = 323
[[sibling]]
name = "fra01"
node_id = 2
address = "2001:db8:4::2"
local_address = "2001:db8:4::1"
)";

class SiteFile : public testing::Test {
 protected:
  SiteFile() { password("s3cret"); }
  void password(std::string_view text, mode_t mode = 0640) const {
    ASSERT_TRUE(write_file(folder_ / "transit.key", text, mode));
  }
  [[nodiscard]] Result<policy::Site> read(std::string_view text) const {
    std::ofstream{file_} << text;  // not write_file: its fsync costs more than the test
    return read_site_file(file_);
  }
  [[nodiscard]] std::string refusal(std::string_view text) const {
    const auto site = read(text);
    EXPECT_FALSE(site) << text;
    return site ? "" : site.error().detail;
  }
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "site.toml";
};

// The whole example with this text in place of line `number`, counted from 1.
std::string with_line(std::size_t number, std::string_view text) {
  std::string changed;
  std::size_t at = 1;
  for (const std::string_view line : split(kWhole, '\n')) {
    changed.append(at++ == number ? text : line).append("\n");
  }
  return changed;
}

TEST_F(SiteFile, IsReadWithEveryKey) {
  const auto site = read(kWhole);
  ASSERT_TRUE(site) << site.error().detail;
  EXPECT_EQ(site->name.text(), "ams01");
  EXPECT_EQ(site->asn, *Asn::make(64500));
  EXPECT_EQ(site->router_id.text(), "192.0.2.1");
  EXPECT_EQ(site->overlay_ipv4.text(), "100.64.0.1");
  EXPECT_EQ(site->overlay_ipv6.text(), "fd7a:115c:a1e0::1");
  EXPECT_EQ(site->node_id, *NodeId::make(1));
  EXPECT_THAT(site->pool.blocks(), SizeIs(2));
  EXPECT_THAT(site->infrastructure, ElementsAre(*Ipv6Prefix::parse("3fff:300::/48")));
  EXPECT_TRUE(site->links);
  EXPECT_EQ(site->asn_pool->text(), "65000-65999");
  ASSERT_THAT(site->upstreams, SizeIs(1));
  EXPECT_EQ(site->upstreams[0].address.text(), "2001:db8:1::2");
  EXPECT_EQ(site->upstreams[0].password, Secret{"s3cret"});
  ASSERT_THAT(site->route_servers, SizeIs(1));
  EXPECT_EQ(site->route_servers[0].password, std::nullopt);
  EXPECT_THAT(site->rpki, ElementsAre(policy::RpkiRow{*Ipv6Prefix::parse("2001:db8::/32"), 48,
                                                      *Asn::make(64496)}));
  EXPECT_THAT(site->rtr, ElementsAre(policy::RtrServer{*policy::Label::parse("validator"),
                                                       *Ipv6::parse("2001:db8:3::1"), 3323},
                                     policy::RtrServer{*policy::Label::parse("other"),
                                                       *Ipv4::parse("192.0.2.9"), 323}));
  ASSERT_THAT(site->siblings, SizeIs(1));
  EXPECT_EQ(site->siblings[0].name.text(), "fra01");
  EXPECT_EQ(site->siblings[0].node_id, *NodeId::make(2));
  EXPECT_EQ(site->siblings[0].address.text(), "2001:db8:4::2");
  EXPECT_EQ(site->siblings[0].local_address.text(), "2001:db8:4::1");
}

TEST_F(SiteFile, NeedsSixKeysOnly) {
  const auto site = read(R"(name = "ams01"
asn = 64500
router_id = "192.0.2.1"
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
pool = ["3fff:100::/32"]
)");
  ASSERT_TRUE(site) << site.error().detail;
  EXPECT_FALSE(site->links);
  EXPECT_FALSE(site->node_id);
  EXPECT_FALSE(site->asn_pool);
}

TEST_F(SiteFile, SaysHowLongAMemberMayReadNothing) {
  EXPECT_EQ(read(kWhole)->stuck_reader, std::chrono::seconds{60});
  EXPECT_EQ(read(with_line(10, "stuck_reader_seconds = 5"))->stuck_reader, std::chrono::seconds{5});
}

TEST_F(SiteFile, SaysHowOftenAMemberMayChangeItsMind) {
  EXPECT_EQ(read(kWhole)->change_budget, policy::ChangeBudget{});
  const auto some = read(std::string{kWhole} + "[change_budget]\nquarantine_seconds = 7200\n");
  ASSERT_TRUE(some) << some.error().detail;
  EXPECT_EQ(some->change_budget.shortest, std::chrono::hours{2});
  EXPECT_EQ(some->change_budget.longest, std::chrono::hours{2}) << "never below the shortest";
  const auto all = read(std::string{kWhole} +
                        "[change_budget]\ncycles = 5\nwindow_seconds = 60\nburst = 9\n"
                        "quarantine_seconds = 2\nlongest_quarantine_seconds = 30\n");
  ASSERT_TRUE(all) << all.error().detail;
  using std::chrono::seconds;
  EXPECT_EQ(all->change_budget, (policy::ChangeBudget{5, seconds{60}, 9, seconds{2}, seconds{30}}));
}

TEST_F(SiteFile, RefusesABudgetThatIsNone) {
  for (const char* const line :
       {"cycles = 0", "cycles = 2.5", "window_seconds = 0", "burst = \"3\"",
        "quarantine_seconds = -1", "longest_quarantine_seconds = 59", "minutes = 10"}) {
    const std::string said = refusal(std::string{kWhole} + "[change_budget]\n" + line + "\n");
    EXPECT_THAT(said, HasSubstr("line 40: change_budget.")) << line;
  }
  EXPECT_THAT(refusal(with_line(10, "change_budget = 7")),
              HasSubstr("line 10: change_budget: write it as a table [change_budget]"));
}

struct Wrong {
  std::size_t line;
  const char* text;
  const char* key;
  const char* right;  // what would be right, or what is wrong with the value
};

constexpr std::array kWrong{
    Wrong{1, "name = 7", "name", "write it as \"text\""},
    Wrong{1, "name = \"Ams 01\"", "name", "lower-case letters"},
    Wrong{1, "name = \"peerlab_x\"", "name", "kept for the platform"},
    Wrong{2, "asn = \"64500\"", "asn", "a whole number from 1 to 4294967294"},
    Wrong{2, "asn = 0", "asn", "a whole number from 1 to 4294967294"},
    Wrong{2, "asn = 4294967295", "asn", "a whole number from 1 to 4294967294"},
    Wrong{2, "asn = 64500.0", "asn", "a whole number from 1 to 4294967294"},
    Wrong{3, "router_id = \"192.0.2\"", "router_id", "192.0.2"},
    Wrong{4, "overlay_ipv4 = \"192.0.2.1\"", "overlay_ipv4", "100.64.0.0/10"},
    Wrong{4, "overlay_ipv4 = [\"100.64.0.1\"]", "overlay_ipv4", "write it as \"text\""},
    Wrong{5, "overlay_ipv6 = \"2001:db8::1\"", "overlay_ipv6", "fd7a:115c:a1e0::/48"},
    Wrong{6, "node_id = 10000", "node_id", "from 1 to 9999"},
    Wrong{6, "node_id = \"1\"", "node_id", "from 1 to 9999"},
    Wrong{7, "pool = \"3fff:100::/32\"", "pool", "write a list"},
    Wrong{7, "pool = []", "pool", "pool"},
    Wrong{7, "pool = [7]", "pool", "each element is a \"prefix\""},
    Wrong{7, "pool = [\"3fff:100:1:1::/48\"]", "pool", "3fff:100:1::/48"},
    Wrong{7, "pool = [\"3fff:100::/32\", \"3fff:100:1::/48\"]", "pool", "3fff:100"},
    Wrong{8, "infrastructure = [\"3fff:300::1\"]", "infrastructure", "3fff:300::1"},
    Wrong{9, "links = \"yes\"", "links", "write true or false"},
    Wrong{9, "links = 1", "links", "write true or false"},
    Wrong{10, "asn_pool = 65000", "asn_pool", "write it as \"text\""},
    Wrong{10, "asn_pool = \"65999-65000\"", "asn_pool", "65999-65000"},
    Wrong{10, "stuck_reader_seconds = 1", "stuck_reader_seconds", "from 2 to 3600"},
    Wrong{10, "stuck_reader_seconds = \"60\"", "stuck_reader_seconds", "from 2 to 3600"},
    Wrong{10, "colour = \"blue\"", "colour", "no such key; known are name, asn,"},
    Wrong{12, "name = \"Transit!\"", "upstream.name", "lower-case letters"},
    Wrong{13, "asn = -1", "upstream.asn", "a whole number from 1 to 4294967294"},
    Wrong{14, "address = \"192.0.2.9\"", "upstream.address", "192.0.2.9"},
    Wrong{15, "local_addres = \"2001:db8:1::1\"", "upstream.local_addres", "no such key"},
    Wrong{16, "password_file = 7", "upstream.password_file", "write a path"},
    Wrong{16, "password_file = \"none.key\"", "upstream.password_file", "none.key"},
    Wrong{20, "address = 7", "route_server.address", "write it as \"text\""},
    Wrong{23, "prefix = \"2001:db8::1/32\"", "rpki.prefix", "2001:db8::/32"},
    Wrong{24, "max_length = 31", "rpki.max_length", "from 32 to 128"},
    Wrong{24, "max_length = 129", "rpki.max_length", "from 32 to 128"},
    Wrong{25, "asn = 0", "rpki.asn", "a whole number from 1 to 4294967294"},
    Wrong{27, "name = \"RTR\"", "rtr.name", "lower-case letters"},
    Wrong{28, "address = \"rtr.example.org\"", "rtr.address", "no IPv4 or IPv6 address"},
    Wrong{29, "port = 0", "rtr.port", "from 1 to 65535"},
    Wrong{29, "port = 65536", "rtr.port", "from 1 to 65535"},
    Wrong{29, "preference = 1", "rtr.preference", "no such key; known are name, address, port"},
    Wrong{36, "node_id = 10000", "sibling.node_id", "from 1 to 9999"},
    Wrong{37, "address = \"192.0.2.9\"", "sibling.address", "192.0.2.9"},
    Wrong{38, "asn = 64500", "sibling.asn", "known are name, node_id, address, local_address"}};

TEST_F(SiteFile, NamesTheLineTheKeyAndWhatWouldBeRight) {
  for (const Wrong& wrong : kWrong) {
    const std::string said = refusal(with_line(wrong.line, wrong.text));
    EXPECT_THAT(said, HasSubstr(file_.string() + ": line " + std::to_string(wrong.line) + ": " +
                                wrong.key + ": "))
        << wrong.text;
    EXPECT_THAT(said, HasSubstr(wrong.right)) << wrong.text;
  }
}

TEST_F(SiteFile, NamesAKeyThatIsMissing) {
  for (const auto& [line, key] : {std::pair{1, "name"}, std::pair{2, "asn"}, std::pair{7, "pool"},
                                  std::pair{12, "upstream.name"}, std::pair{24, "rpki.max_length"},
                                  std::pair{29, "rtr.port"}, std::pair{36, "sibling.node_id"}}) {
    const std::string said = refusal(with_line(static_cast<std::size_t>(line), ""));
    EXPECT_THAT(said, HasSubstr(std::string{key} + ": is missing"));
  }
}

TEST_F(SiteFile, NamesTheLineThatIsNoToml) {
  EXPECT_THAT(refusal(with_line(3, "router_id = 192.0.2.1")), HasSubstr("line 3: "));
  EXPECT_THAT(refusal(with_line(2, "name = \"twice\"")), HasSubstr("line 2: "));
}

TEST_F(SiteFile, WantsTablesWhereThereMayBeSeveral) {
  std::string text = with_line(10, "rpki = 7");
  text.resize(text.find("[[rpki]]"));
  EXPECT_THAT(refusal(text), HasSubstr("line 10: rpki: write each one as a table [[rpki]]"));
}

// What only several keys together make wrong belongs to no one line.
TEST_F(SiteFile, NamesTheKeysThatContradictEachOther) {
  EXPECT_THAT(refusal(with_line(8, "infrastructure = [\"3fff:100::/48\"]")),
              HasSubstr("infrastructure 3fff:100::/48 overlaps the pool"));
  EXPECT_THAT(refusal(with_line(6, "")), HasSubstr("links = true needs node_id"));
  EXPECT_THAT(refusal(with_line(18, "name = \"transit\"")),
              HasSubstr("two neighbours are named transit"));
  EXPECT_THAT(refusal(with_line(13, "asn = 64500")), HasSubstr("the platform's own"));
}

TEST_F(SiteFile, RefusesAPasswordThatEverybodyMayRead) {
  password("s3cret", 0644);
  EXPECT_THAT(refusal(kWhole), HasSubstr("chmod 640"));
}

TEST_F(SiteFile, RefusesAPasswordThatBirdCannotSpellAndNeverPrintsIt) {
  for (const std::string& text :
       {std::string{}, std::string{"\n"}, std::string{"two words"}, std::string{"qu\"ote"},
        std::string{"back\\slash"}, std::string{"l\xc3\xb6"}, std::string(81, 'x')}) {
    password(text);
    const std::string said = refusal(kWhole);
    EXPECT_THAT(said, HasSubstr("line 16: upstream.password_file: ")) << text;
    EXPECT_THAT(said, HasSubstr("1 to 80 printable characters")) << text;
    if (text.size() > 1) {
      EXPECT_THAT(said, Not(HasSubstr(text)));
    }
  }
}

TEST_F(SiteFile, ThatIsNotThereIsNamed) {
  EXPECT_THAT(read_site_file(folder_ / "none.toml").error().detail, HasSubstr("none.toml"));
}

}  // namespace
}  // namespace peerlab::confgen
