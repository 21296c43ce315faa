// plan, rollback, status and explain as an operator types them: from the kept facts, with the
// sources down as well.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/file.h"
#include "confgen/exit_code.h"
#include "tests/generator/ixp_server.h"

namespace peerlab::generator_test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using confgen::exit_code::kDone;
using confgen::exit_code::kFailed;
using confgen::exit_code::kSourceFailed;
using confgen::exit_code::kUsage;
using confgen::exit_code::kWouldChange;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Verbs : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_NAMESPACES();
    server_.emplace();
    server_->tell_members(2);
    ASSERT_EQ(server_->generate().exit_code, kDone);
  }

  // A verb that is given no sources: flags of a run that it needs are the site and the folders.
  [[nodiscard]] Outcome offline(std::vector<std::string> arguments) const {
    Command command{{PEERLAB_BINARY_DIR "/bin/peerlab-bird-config"}};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    for (const auto& [flag, value] :
         {std::pair{"--site", server_->folder() / "site.toml"},
          std::pair{"--state-directory", server_->state_directory()},
          std::pair{"--output-file", server_->policy_file()},
          std::pair{"--bird-config", server_->folder() / "bird/bird.conf"},
          std::pair{"--bird-socket", server_->bird_socket()}}) {
      command.argv.insert(command.argv.end(), {flag, value.string()});
    }
    const auto outcome = run(command);
    EXPECT_TRUE(outcome);
    return outcome.value_or(Outcome{});
  }

  // With exit code `expected`, an object.
  static json::object object_in(const Outcome& outcome, int expected = kDone) {
    EXPECT_EQ(outcome.exit_code, expected) << outcome.errors;
    return json::parse(outcome.output).as_object();
  }

  std::optional<IxpServer> server_;
};

TEST_F(Verbs, PlanOfAnUnchangedWorldIsThatNothingWouldChange) {
  for (const Outcome& plan : {server_->generate({"plan"}), offline({"plan"})}) {
    EXPECT_EQ(plan.exit_code, kDone) << plan.errors;
    EXPECT_EQ(plan.output, "Nothing would change.\n");
  }
}

TEST_F(Verbs, PlanSaysWhoGainsAndLosesWhatAndTouchesNothing) {
  Mapping without = member(2, in_an_hour());
  without.leases.clear();
  server_->tell_mappings({member(1, in_an_hour()), without, member(3, in_an_hour())});
  server_->tell_nodes({node(1), node(2), node(3)});
  const std::string before = server_->policy();
  const Outcome plan = server_->generate({"plan"});
  EXPECT_EQ(plan.exit_code, kWouldChange) << plan.errors;
  EXPECT_THAT(plan.output, HasSubstr("(AS65003) may announce 3fff:100:3::/48\n"));
  EXPECT_THAT(plan.output, HasSubstr("(AS65003) may peer from 100.64.0.3 (node 3)\n"));
  EXPECT_THAT(plan.output, HasSubstr("(AS65002) may no longer announce 3fff:100:2::/48\n"));
  EXPECT_THAT(plan.output, HasSubstr("\n-  route 3fff:100:2::/48 max 48 as 65002;\n"));
  EXPECT_THAT(plan.output, HasSubstr("\n+  route 3fff:100:3::/48 max 48 as 65003;\n"));
  EXPECT_EQ(server_->policy(), before);
  EXPECT_EQ(server_->reconfigurations(), 1U);
  const json::object object = object_in(server_->generate({"plan", "-o", "json"}), kWouldChange);
  EXPECT_TRUE(object.at("would_change").as_bool());
  EXPECT_EQ(object.at("changes").as_array().size(), 3U);
  EXPECT_EQ(server_->generate({"apply"}).exit_code, kDone);
  EXPECT_TRUE(has_lease(server_->policy(), 3));
}

TEST_F(Verbs, PlanSeesAFileThatWasEditedByHand) {
  ASSERT_TRUE(write_file(server_->policy_file(), server_->policy() + "# mine\n"));
  const Outcome plan = offline({"plan"});
  EXPECT_EQ(plan.exit_code, kWouldChange);
  EXPECT_THAT(plan.output, HasSubstr("\n-# mine\n"));
  EXPECT_THAT(plan.errors, HasSubstr("is not the policy BIRD last accepted"));
}

TEST_F(Verbs, RollbackGoesToThePreviousPolicyAndTheNextRunForwardAgain) {
  const std::string first = server_->policy();
  server_->tell_members(3);
  ASSERT_EQ(server_->generate().exit_code, kDone);
  const Outcome back = offline({"rollback"});
  EXPECT_EQ(back.exit_code, kDone) << back.errors;
  EXPECT_THAT(back.output, AllOf(HasSubstr("The next run writes the policy of the facts again"),
                                 HasSubstr("systemctl stop peerlab-bird-config.timer")));
  EXPECT_EQ(server_->policy(), first);
  EXPECT_THAT(server_->bird_says("show route table peerlab_leases"), Not(HasSubstr("AS65003")));
  EXPECT_THAT(server_->bird_says("configure confirm"), HasSubstr("Nothing to do"));
  EXPECT_EQ(server_->generate().exit_code, kDone);
  EXPECT_THAT(server_->bird_says("show route table peerlab_leases"), HasSubstr("AS65003"));
}

TEST_F(Verbs, RollbackWithoutAPreviousPolicySaysSo) {
  std::filesystem::remove(server_->policy_file().string() + ".previous");
  const Outcome back = offline({"rollback"});
  EXPECT_EQ(back.exit_code, kFailed);
  EXPECT_THAT(back.errors, HasSubstr("there is nothing to go back to"));
}

TEST_F(Verbs, StatusTellsTheGenerationTheSourcesAndWhatWasLeftOut) {
  server_->tell_nodes(
      {node(1), node(2), R"({"id":"9","ipAddresses":["10.0.0.1"],"user":{"id":"1"}})"});
  ASSERT_EQ(server_->generate().exit_code, kDone);
  server_->gateway.stop();
  ASSERT_EQ(server_->generate().exit_code, kSourceFailed);
  const json::object status = object_in(offline({"status", "-o", "json"}));
  EXPECT_EQ(status.at("generation").as_int64(), 1);
  EXPECT_GE(status.at("age_seconds").as_int64(), 0);
  EXPECT_EQ(status.at("sessions").as_int64(), 2);
  EXPECT_THAT(status.at("quarantined").as_array(), IsEmpty());
  ASSERT_EQ(status.at("skipped").as_array().size(), 1U);
  const json::object& gateway = status.at("sources").as_array()[0].as_object();
  EXPECT_EQ(gateway.at("name").as_string(), "the gateway");
  EXPECT_FALSE(gateway.at("answered_at").is_null());
  EXPECT_NE(gateway.at("failure").as_string(), "");
  EXPECT_EQ(status.at("sources").as_array()[1].at("failure").as_string(), "");
  EXPECT_EQ(status.at("last_error").at("exit_code").as_int64(), kSourceFailed);
  const Outcome text = offline({"status"});
  EXPECT_THAT(text.output, AllOf(HasSubstr("generation 1, accepted 20"), HasSubstr("skipped "),
                                 HasSubstr("source      the gateway: answered 20"),
                                 HasSubstr("exit code 4: the gateway: ")));
}

TEST_F(Verbs, StatusOfNoRunNamesTheFolder) {
  std::filesystem::remove_all(server_->state_directory());
  EXPECT_EQ(offline({"status"}).exit_code, kFailed);
  EXPECT_THAT(offline({"status"}).errors, HasSubstr(server_->state_directory().string()));
}

TEST_F(Verbs, ExplainTellsEveryCheckAndWhatEachGroupWouldSee) {
  server_->gateway.stop();
  server_->headscale.stop();
  const Outcome told =
      offline({"explain", "--neighbor", "100.64.0.1", "--prefix", "3fff:100:1::/48", "--path",
               "65001 65001", "--community", "64500:0:3"});
  EXPECT_EQ(told.exit_code, kDone) << told.errors;
  EXPECT_EQ(told.output,
            "ok   102 unknown-node: the session comes from a member's node\n"
            "ok     6 empty-path: the AS path is not empty\n"
            "ok     5 path-too-long: the AS path has at most four ASNs\n"
            "ok     9 outside-pool: the prefix is a /48 of the pool\n"
            "ok    10 foreign-asn-in-path: the AS path holds the member's own ASN only\n"
            "ok   103 too-many-changes: it is not in quarantine\n"
            "ok   100 no-active-lease: the member holds a lease on it now\n"
            "upstreams: see path 64500 64500\n"
            "route servers: see path 64500 64500\n"
            "other members: withheld, as its community asks\n");
}

TEST_F(Verbs, ExplainTellsTheGroupsThatRpkiKeepsAPrefixFrom) {
  const std::vector<std::string> asked{"explain",         "--neighbor", "100.64.0.1", "--prefix",
                                       "3fff:100:1::/48", "--path",     "65001"};
  std::ofstream{server_->folder() / "bird/bird.conf", std::ios::app}
      << "protocol static somebodys_roa { roa6 { table rpki6; };\n"
         "  route 3fff:100:1::/48 max 48 as 64499; }\n";
  EXPECT_THAT(server_->bird_says("configure"), HasSubstr("Reconfig"));
  const Outcome told = offline(asked);
  EXPECT_THAT(told.output, HasSubstr("upstreams: not told: 13 "));
  EXPECT_THAT(told.output, HasSubstr("route servers: not told: 13 "));
  EXPECT_THAT(told.output, HasSubstr("other members: see path 64500 65001\n"));
  server_->stop_bird();
  EXPECT_THAT(offline(asked).output, HasSubstr("BIRD does not say what RPKI says"));
}

TEST_F(Verbs, ExplainTellsARefusedMemberWhatToDo) {
  const std::vector<std::string> asked{"explain",         "--neighbor", "100.64.0.1", "--prefix",
                                       "3fff:100:2::/48", "--path",     "65001"};
  const Outcome told = offline(asked);
  EXPECT_EQ(told.exit_code, kDone);
  EXPECT_THAT(told.output, HasSubstr("FAIL 100 no-active-lease: You hold no lease on this prefix"));
  EXPECT_THAT(told.output, HasSubstr("peerlab prefix list"));
  EXPECT_THAT(told.output, HasSubstr("refused: nobody sees it\n"));
  std::vector<std::string> in_json = asked;
  in_json.insert(in_json.end(), {"-o", "json"});
  const json::object object = object_in(offline(in_json));
  EXPECT_FALSE(object.at("accepted").as_bool());
  EXPECT_EQ(object.at("checks").as_array().back().at("reason").as_int64(), 100);
}

// What BIRD's filter leaves no reason for.
TEST_F(Verbs, ExplainTellsAnEndedLeaseAndAForeignFirstAs) {
  Mapping ended = member(1, in_an_hour());
  ended.leases[0].window = *LeaseWindow::make(now() - 2h, now() - 1h);
  server_->tell_mappings({ended, member(2, in_an_hour())});
  ASSERT_EQ(server_->generate().exit_code, kDone);
  const Outcome told = offline({"explain", "--neighbor", "100.64.0.1", "--prefix",
                                "3fff:100:1::/48", "--path", "3356 65001"});
  EXPECT_THAT(told.output, HasSubstr("  7 first-as-is-not-peer: "));
  EXPECT_THAT(told.output,
              HasSubstr("101 lease-ended: Your lease on this prefix has ended. (at 20"));
  EXPECT_THAT(told.output, HasSubstr("FAIL 100 no-active-lease"));
}

TEST_F(Verbs, ThatAreAskedWrongEndWithTwoAndSayWhatWouldBeRight) {
  const std::vector<std::string> right{"explain",  "--neighbor",      "100.64.0.1",
                                       "--prefix", "3fff:100:1::/48", "--path",
                                       "65001",    "--community",     "64500:0:1"};
  struct Case {
    std::size_t at;
    const char* wrong;
    const char* advice;
  };
  for (const auto& [at, wrong, advice] :
       {Case{2, "alice", "--neighbor 100.64.0.7"}, Case{2, "2001:db8::1", "an IPv4 address"},
        Case{4, "3fff:100:1::1/48", "without host bits"}, Case{4, "10.0.0.0/8", "an IPv6 prefix"},
        Case{6, "65001,65001", "with a blank between"}, Case{6, "{65001}", "with a blank between"},
        Case{6, "4294967296", "ASNs"}, Case{8, "64500:1", "three numbers"},
        Case{8, "a:b:c", "three numbers"}}) {
    std::vector<std::string> arguments = right;
    arguments[at] = wrong;
    const Outcome told = offline(arguments);
    EXPECT_EQ(told.exit_code, kUsage) << wrong;
    EXPECT_THAT(told.errors, AllOf(HasSubstr(wrong), HasSubstr(advice)));
    EXPECT_THAT(told.output, IsEmpty());
  }
  EXPECT_EQ(offline({"explain"}).exit_code, kUsage);
  EXPECT_EQ(offline({"plan", "-o", "yaml"}).exit_code, kUsage);
  EXPECT_EQ(offline({"plan", "status"}).exit_code, kUsage);
}

}  // namespace
}  // namespace peerlab::generator_test
