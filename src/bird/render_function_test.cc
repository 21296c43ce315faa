#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "base/file.h"
#include "bird/render.h"
#include "policy/compile.h"
#include "tests/support/facts/facts.h"
#include "tests/support/golden/golden.h"

namespace peerlab::bird {
namespace {

using policy::LeaseRow;
using policy::Policy;
using policy::Rule;
using policy::Server;
using testing::HasSubstr;
using testing::Not;
using testing_support::member;
using testing_support::row;
using testing_support::rule;
using testing_support::small_site;

Policy three_members() {
  return {{rule(17, "alice", 65000), rule(18, "bob", 65001), rule(19, "carol", 4'200'000'001U)},
          {row("3fff:100:1::/48", 65000), row("3fff:100:2::/48", 65001),
           row("3fff:100:3::/48", 65000)}};
}

Mapping with_email(const std::string& subject, const std::string& email) {
  Mapping mapping = member(subject, 65000);
  mapping.email = email;
  return mapping;
}

TEST(RenderedFunction, OfThreeMembersIsTheReviewedText) {
  const std::vector mappings{with_email("alice", "alice@example.org"),
                             with_email("bob", "\"bob #\"@example.org")};
  const std::string text =
      render_function(three_members(), server_of(small_site()), email_labels(mappings));
  EXPECT_EQ(text, testing_support::golden("function/three_members.conf", text));
}

TEST(RenderedFunction, OfNobodyOnAServerWithoutASiteIsTheReviewedText) {
  const std::string text = render_function({}, Server{});
  EXPECT_EQ(text, testing_support::golden("function/nobody.conf", text));
}

TEST(RenderedFunction, IsTheSameBytesForTheSameFactsInAnyOrder) {
  std::mt19937 random{52};
  const Policy policy = three_members();
  for (int round = 0; round < 50; ++round) {
    std::vector<Rule> rules = policy.rules();
    std::vector<LeaseRow> leases = policy.leases();
    std::ranges::shuffle(rules, random);
    std::ranges::shuffle(leases, random);
    ASSERT_EQ(render_function({rules, leases}, Server{}), render_function(policy, Server{}));
  }
}

TEST(RenderedFunction, NamesEveryBlockOfThePool) {
  policy::Site site = small_site();
  site.pool = *PrefixPool::make(
      {*Ipv6Prefix::parse("3fff:300:1::/48"), *Ipv6Prefix::parse("3fff:100::/40")});
  EXPECT_THAT(render_function({}, server_of(site)),
              HasSubstr("define ENFORCE_USER_POOL = [ 3fff:100::/40{48,48}, "
                        "3fff:300:1::/48{48,48} ];\n"));
}

TEST(EmailLabels, NameWhoHasAStrictOneAndLeaveNoTraceOfOthers) {
  const std::vector mappings{with_email("alice", "alice@example.org"),
                             with_email("mallory", "x@y\nprotocol static pwned"),
                             with_email("eve", "}\" pwned@example.org"), member("bob", 65001)};
  const Labels labels = email_labels(mappings);
  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels.at(mappings[0].user).text(), "alice@example.org");
  const Policy policy{{rule(17, "mallory", 65000), rule(18, "eve", 65001)}, {}};
  EXPECT_THAT(render_function(policy, Server{}, labels), Not(HasSubstr("pwned")));
  EXPECT_EQ(render_sessions(policy, labels), render_sessions(policy));
}

TEST(EmailLabels, OfAMemberListedTwiceDoNotDependOnTheOrder) {
  const Mapping one = with_email("alice", "a@example.org"), two = with_email("alice", "b@x.org");
  EXPECT_EQ(email_labels(std::vector{one, two}), email_labels(std::vector{two, one}));
}

TEST(RenderedSessions, NameAMemberByTheLabelWhereOneIsGiven) {
  const std::vector mappings{with_email("alice", "alice@example.org")};
  const std::string text = render_sessions(three_members(), email_labels(mappings));
  EXPECT_THAT(text, HasSubstr("  description \"member=alice@example.org\";\n"));
  EXPECT_THAT(text, HasSubstr("member=" + rule(18, "bob", 65001).member.short_text()));
}

TEST(FunctionParts, AreTheFilesOfDeploy) {
  const std::filesystem::path folder{PEERLAB_SOURCE_DIR "/deploy/ixp/function"};
  EXPECT_EQ(function_part(), *read_file(folder / "peerlab_function.conf"));
  EXPECT_EQ(function_decision(), *read_file(folder / "decision.conf"));
}

}  // namespace
}  // namespace peerlab::bird
