#include "confgen/facts.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <random>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using testing::HasSubstr;
using testing::Not;
using testing_support::TemporaryFolder;

const Instant kNow = *parse_rfc3339("2026-11-23T14:00:00Z");

Node random_node(std::mt19937_64& random) {
  Node node{*NodeId::make(1 + random() % 16777215), {}, {}, {}, std::nullopt};
  if (random() % 4 != 0) node.owner = {random(), "https://idp/" + std::to_string(random()), "a@x"};
  if (random() % 8 == 0) node.owner.email = "a@x\n}\"\\\xc3\xbc";
  for (auto left = random() % 3; left > 0; --left) {
    node.ipv4.push_back(Ipv4::from_number(static_cast<std::uint32_t>(random())));
    node.ipv6.push_back(*Ipv6::parse("fd7a:115c:a1e0::" + std::to_string(random() % 10000)));
  }
  if (random() % 2 == 0) node.expiry = kNow + hours{random() % 1000};
  return node;
}

Mapping random_mapping(std::mt19937_64& random) {
  Mapping mapping{UserHash::of(*Subject::parse(std::to_string(random()))),
                  *Asn::make(65000 + static_cast<std::uint32_t>(random() % 500)),
                  {}};
  for (auto left = random() % 3; left > 0; --left) {
    mapping.leases.push_back({Prefix48::from_network(random() >> 16U),
                              LeaseWindow::starting(kNow + hours{random() % 48}, hours{4})});
  }
  if (random() % 2 == 0) mapping.provider_id = "https://idp/" + std::to_string(random());
  if (random() % 2 == 0) mapping.email = "b@example.org";
  if (random() % 4 == 0) mapping.overlay_user_ids = {random()};
  return mapping;
}

Facts random_facts(std::mt19937_64& random) {
  Facts facts;
  if (random() % 8 != 0) facts.mappings.emplace();
  if (random() % 8 != 0) facts.nodes.emplace();
  for (auto left = random() % 5; left > 0; --left) {
    if (facts.mappings) facts.mappings->push_back(random_mapping(random));
    if (facts.nodes) facts.nodes->push_back(random_node(random));
  }
  if (facts.mappings) {
    std::ranges::sort(*facts.mappings, {}, &Mapping::user);
  }
  return facts;
}

class FactsFile : public testing::Test {
 protected:
  TemporaryFolder folder_;
  fs::path file_ = folder_ / "facts.json";
  std::mt19937_64 random_{5};
};

TEST_F(FactsFile, ComesBackAsItWasStored) {
  for (int round = 0; round < 40; ++round) {
    const Facts facts = random_facts(random_);
    ASSERT_TRUE(store_facts(file_, facts));
    const auto read = load_facts(file_);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, facts);
  }
}

TEST_F(FactsFile, IsForItsOwnerOnly) {
  ASSERT_TRUE(store_facts(file_, random_facts(random_)));
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(FactsFile, IsNotTouchedByUnchangedFacts) {
  const Facts facts = random_facts(random_);
  ASSERT_TRUE(store_facts(file_, facts));
  struct stat before {
  }, after{};
  ::stat(file_.c_str(), &before);
  ASSERT_TRUE(store_facts(file_, facts));
  ::stat(file_.c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(FactsFile, LeavesSubjectsOut) {
  Facts facts{std::vector{random_mapping(random_)}, std::nullopt};
  facts.mappings->front().subject = *Subject::parse("auth0|alice-5457");
  ASSERT_TRUE(store_facts(file_, facts));
  EXPECT_THAT(*read_file(file_), Not(HasSubstr("alice-5457")));
}

TEST_F(FactsFile, ThatIsNotThereMeansNothingIsKnown) { EXPECT_EQ(load_facts(file_), Facts{}); }

TEST_F(FactsFile, ThatIsDamagedIsNamed) {
  for (const char* const text : {"", "{", "[]", "7", R"({"mappings":7})", R"({"nodes":null})",
                                 R"({"nodes":[],"nodes":[]})"}) {
    ASSERT_TRUE(write_file(file_, text));
    const auto read = load_facts(file_);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::Malformed);
    EXPECT_THAT(read.error().detail, HasSubstr(file_.string()));
  }
}

TEST_F(FactsFile, FailsOnlyByValueOnDamagedText) {
  ASSERT_TRUE(store_facts(file_, random_facts(random_)));
  const std::string whole = *read_file(file_);
  for (int round = 0; round < 300; ++round) {
    std::string text = whole.substr(0, random_() % (whole.size() + 1));
    if (!text.empty()) text[random_() % text.size()] = static_cast<char>(random_());
    std::ofstream{file_} << text;
    (void)load_facts(file_);
  }
}

TEST(KnownToBoth, OfOneAndTheSameFactsIsThemselves) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 40; ++round) {
    const Facts facts = random_facts(random);
    EXPECT_EQ(known_to_both(facts, facts), facts);
  }
}

TEST(KnownToBoth, HasWhatWasTakenAwayAndNothingThatIsNew) {
  std::mt19937_64 random{8};
  Mapping alice = random_mapping(random), bob = random_mapping(random);
  Node node = random_node(random), other = random_node(random);
  const LeasedPrefix lease{*Prefix48::parse("3fff:100:1::/48"),
                           LeaseWindow::starting(kNow, hours{4})};
  const LeasedPrefix shorter{lease.prefix, LeaseWindow::starting(kNow, hours{1})};
  const LeasedPrefix another{*Prefix48::parse("3fff:100:2::/48"), lease.window};
  const auto holding = [&](std::vector<LeasedPrefix> leases) {
    Mapping mapping = alice;
    mapping.leases = std::move(leases);
    return mapping;
  };
  node.expiry.reset();
  Node expiring = node;
  expiring.expiry = kNow;
  Node moved = other;
  moved.owner.user_id += 1;

  EXPECT_EQ(known_to_both({{{holding({lease, another})}}, {{node, other}}},
                          {{{holding({shorter}), bob}}, {{expiring, moved}}}),
            (Facts{{{holding({shorter})}}, {{expiring}}}));
  EXPECT_EQ(known_to_both({{{holding({lease})}}, {{node}}}, {{{holding({lease, another})}}, {{}}}),
            (Facts{{{holding({lease})}}, std::vector<Node>{}}));
  Mapping renumbered = holding({lease});
  renumbered.asn = *Asn::make(alice.asn.number() == 65000 ? 65001 : 65000);
  EXPECT_EQ(known_to_both({{{holding({lease})}}, {{node}}}, {{{renumbered}}, {{node}}}),
            (Facts{std::vector<Mapping>{}, {{node}}}));
}

}  // namespace
}  // namespace peerlab::confgen
