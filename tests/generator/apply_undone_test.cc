// What BIRD accepts and then does badly with is undone; what happens to BIRD meanwhile, and to the
// whole server, leaves a policy that is right within one cycle.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "confgen/exit_code.h"
#include "tests/generator/ixp_server.h"
#include "tests/generator/socket_proxy.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using confgen::exit_code::kBirdDown;
using confgen::exit_code::kBirdRefused;
using confgen::exit_code::kDone;
using confgen::exit_code::kSourceFailed;
using confgen::exit_code::kUsage;
using testing::HasSubstr;
using testing::Not;

void replace_in(const std::filesystem::path& file, const std::string& old, const std::string& now) {
  std::string text = *read_file(file);
  const auto at = text.find(old);
  ASSERT_NE(at, std::string::npos) << old;
  text.replace(at, old.size(), now);
  ASSERT_TRUE(write_file(file, text));
}

class Undone : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_NAMESPACES();
    server_.emplace();
  }
  [[nodiscard]] std::filesystem::path fixed_part() const {
    return server_->folder() / "bird/peerlab.conf";
  }
  [[nodiscard]] std::filesystem::path main_file() const {
    return server_->folder() / "bird/bird.conf";
  }
  [[nodiscard]] std::string rows() const {
    return server_->bird_says("show route table peerlab_leases");
  }
  void wait_until_bird_says(const std::string& question, const std::string& answer) const {
    for (int left = 400; left > 0; --left) {
      if (server_->bird_says(question).find(answer) != std::string::npos) return;
      std::this_thread::sleep_for(25ms);
    }
    FAIL() << server_->bird_says(question);
  }
  std::optional<IxpServer> server_;
};

// The running fixed part no longer tells leases right for one member.
TEST_F(Undone, IsAPolicyWhoseLeaseIsNotInForceAndWhatWasTakenAwayStillGoes) {
  server_->tell_mappings({member(2, in_an_hour()), member(3, in_an_hour())});
  server_->tell_nodes({node(2), node(3)});
  ASSERT_EQ(server_->generate().exit_code, kDone);
  const std::string whole = *read_file(fixed_part());
  replace_in(fixed_part(), "{ return roa_check(peerlab_leases,",
             "{ if member_as = 65001 then return false; return roa_check(peerlab_leases,");
  server_->tell_mappings({member(1, in_an_hour()), member(2, in_an_hour())});
  server_->tell_nodes({node(1), node(2)});
  const Outcome undone = server_->generate();
  EXPECT_EQ(undone.exit_code, kBirdRefused);
  EXPECT_THAT(undone.errors, HasSubstr("the new policy was undone at once: `eval "
                                       "peerlab_lease(3fff:100:1::/48, 65001)` is not TRUE"));
  EXPECT_FALSE(has_session(server_->policy(), 1)) << "what is new waits";
  EXPECT_TRUE(has_lease(server_->policy(), 2));
  EXPECT_FALSE(has_lease(server_->policy(), 3)) << "what was taken away goes";
  EXPECT_THAT(rows(), HasSubstr("AS65002"));
  EXPECT_THAT(rows(), Not(HasSubstr("AS65003")));
  EXPECT_THAT(server_->bird_says("configure confirm"), HasSubstr("Nothing to do"));
  ASSERT_TRUE(write_file(fixed_part(), whole));
  EXPECT_EQ(server_->generate().exit_code, kDone) << "the next run tries again";
  EXPECT_THAT(rows(), HasSubstr("AS65001"));
}

// Both ends of a session in one BIRD, as an upstream and whoever it talks to.
constexpr std::string_view kUpstream = R"(
protocol bgp transit_a { local 127.0.0.1 port 1790 as 65010; neighbor 127.0.0.2 port 1791 as 65011;
  multihop; connect delay time 1; ipv6 { import none; export none; }; }
protocol bgp transit_b { local 127.0.0.2 port 1791 as 65011; neighbor 127.0.0.1 port 1790 as 65010;
  multihop; connect delay time 1; ipv6 { import none; export none; }; }
)";

TEST_F(Undone, IsAPolicyThatCostsAnUpstream) {
  const std::string without = *read_file(main_file());
  ASSERT_TRUE(write_file(main_file(), without + std::string{kUpstream}));
  server_->tell_members(1);
  ASSERT_EQ(server_->generate().exit_code, kDone);
  wait_until_bird_says("show protocols transit_a", "Established");
  const std::string before = server_->policy();
  ASSERT_TRUE(write_file(main_file(), without));
  server_->tell_members(2);
  const Outcome undone = server_->generate();
  EXPECT_EQ(undone.exit_code, kBirdRefused);
  EXPECT_THAT(undone.errors,
              HasSubstr("transit_a was established and is not any more: not the policy "
                        "but a change by hand"));
  EXPECT_THAT(undone.errors, HasSubstr("if that is meant, say `birdc configure` yourself"));
  EXPECT_EQ(server_->policy(), before);
  wait_until_bird_says("show protocols transit_a", "Established");
}

TEST_F(Undone, IsAPolicyThatCostsMostMembersTheirSessions) {
  std::string sessions{kUpstream};
  for (auto at = sessions.find("transit"); at != std::string::npos; at = sessions.find("transit")) {
    sessions.replace(at, 7, "peerlab");
  }
  const std::string without = *read_file(main_file());
  ASSERT_TRUE(write_file(main_file(), without + sessions));
  server_->tell_members(1);
  ASSERT_EQ(server_->generate().exit_code, kDone);
  wait_until_bird_says("show protocols peerlab_a", "Established");
  ASSERT_TRUE(write_file(main_file(), without));
  server_->tell_members(2);
  const Outcome undone = server_->generate();
  EXPECT_EQ(undone.exit_code, kBirdRefused);
  EXPECT_THAT(undone.errors, HasSubstr("2 of 2 members' sessions are gone"));
}

TEST_F(Undone, IsNothingWhereTheServerCannotBeAskedAboutLeases) {
  std::string text = *read_file(fixed_part());
  for (auto at = text.find("peerlab_lease("); at != std::string::npos;
       at = text.find("peerlab_lease(")) {
    text.replace(at, 14, "peerlab_holds(");
  }
  ASSERT_TRUE(write_file(fixed_part(), text));
  server_->tell_members(1);
  const Outcome outcome = server_->generate();
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("no peerlab_lease(): whether leases are in force was not"));
  EXPECT_THAT(rows(), HasSubstr("AS65001"));
}

TEST_F(Undone, IsNothingWhereBirdIsRestartedInTheMiddle) {
  server_->tell_members(1);
  ASSERT_EQ(server_->generate().exit_code, kDone);
  server_->tell_members(2);
  const SocketProxy proxy{server_->bird_socket(), {"configure confirm"}, [&] {
                            server_->stop_bird();
                            server_->start_bird();
                          }};
  const Outcome outcome = server_->generate({"--bird-socket", proxy.path().string()});
  EXPECT_EQ(outcome.exit_code, kBirdDown) << outcome.errors;
  EXPECT_THAT(rows(), HasSubstr("AS65002")) << "it came back from the file";
  EXPECT_EQ(server_->generate().exit_code, kDone);
  EXPECT_THAT(rows(), HasSubstr("AS65002"));
}

TEST_F(Undone, ByBirdItselfIsWhatItHangsOverAndTheNextRunRepeatsIt) {
  server_->tell_members(1);
  ASSERT_EQ(server_->generate().exit_code, kDone);
  server_->tell_members(2);
  {
    const SocketProxy proxy{
        server_->bird_socket(), {"show protocols", 2}, [] { std::this_thread::sleep_for(11s); }};
    const Outcome outcome = server_->generate({"--bird-socket", proxy.path().string()});
    EXPECT_EQ(outcome.exit_code, kBirdDown) << outcome.errors;
  }
  EXPECT_TRUE(has_lease(server_->policy(), 2));
  EXPECT_THAT(server_->bird_says("configure undo"), HasSubstr("Reconfigur")) << "as its timer does";
  EXPECT_THAT(rows(), Not(HasSubstr("AS65002")));
  EXPECT_EQ(server_->generate().exit_code, kDone);
  EXPECT_THAT(rows(), HasSubstr("AS65002"));
}

// Only files are left: neither gateway nor Headscale answer, and BIRD starts anew.
TEST_F(Undone, ByARebootOfTheWholeServerIsOnlyWhatEndedMeanwhile) {
  const Instant end = now() + 3s;
  server_->tell_mappings({member(1, in_an_hour()), member(2, end)});
  server_->tell_nodes({node(1), node(2)});
  ASSERT_EQ(server_->generate().exit_code, kDone);
  ASSERT_THAT(rows(), HasSubstr("AS65002"));
  server_->stop_bird();
  server_->gateway.stop();
  server_->headscale.stop();
  while (now() < end) std::this_thread::sleep_for(50ms);
  server_->start_bird();
  EXPECT_EQ(server_->generate().exit_code, kSourceFailed);
  EXPECT_THAT(rows(), HasSubstr("AS65001"));
  EXPECT_THAT(rows(), Not(HasSubstr("AS65002")));
  EXPECT_THAT(server_->bird_says("show protocols"), HasSubstr("peerlab_n2"));
}

TEST_F(Undone, IsNotNeededWhereBirdWouldNeverReadThePolicy) {
  server_->tell_members(1);
  replace_in(fixed_part(), "include \"peerlab_generated.conf\";", "");
  const Outcome outcome = server_->generate();
  EXPECT_EQ(outcome.exit_code, kUsage);
  EXPECT_THAT(outcome.errors, HasSubstr("bird.conf does not include "));
  EXPECT_EQ(server_->reconfigurations(), 0U);
}

// The existing servers' spelling, and the one deploy/ixp/README.md sets up.
TEST_F(Undone, IsNotNeededWhereTheIncludeIsAbsoluteAGlobOrALink) {
  server_->tell_members(1);
  const std::string folder = server_->policy_file().parent_path();
  const std::string statement = "include \"peerlab_generated.conf\";";
  const std::string whole = *read_file(fixed_part());
  for (const std::string& spelled : {fmt::format("include \"{}/peerlab_generated.conf\";", folder),
                                     std::string{"\tinclude \t\"peerlab_gener*.conf\" ; # rows"},
                                     std::string{"include \"linked.conf\";"}}) {
    SCOPED_TRACE(spelled);
    ASSERT_TRUE(write_file(fixed_part(), whole));
    replace_in(fixed_part(), statement, spelled);
    std::error_code ignored;
    std::filesystem::create_symlink(server_->policy_file(), folder + "/linked.conf", ignored);
    ASSERT_TRUE(write_file(server_->policy_file(), "# by hand\n"));
    const Outcome outcome = server_->generate();
    EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
  }
}

// Another program of BIRD's name, first in PATH.
Outcome generate_beside(const IxpServer& server, const std::string& script) {
  const auto folder = server.folder() / "bin";
  std::filesystem::create_directory(folder);
  EXPECT_TRUE(write_file(folder / "bird", "#!/bin/sh\n" + script, 0755));
  // The check runs without rights: it must find its way to the program.
  std::filesystem::permissions(server.folder(), std::filesystem::perms{0755});
  Command command = server.command();
  command.environment["PATH"] = folder.string() + ":" + std::getenv("PATH");
  const auto outcome = run(command, 30s);
  EXPECT_TRUE(outcome);
  return outcome.value_or(Outcome{});
}

TEST_F(Undone, IsNotNeededWhereBirdIsThreeAndRefusedByName) {
  server_->tell_members(1);
  const std::string before = server_->policy();
  const Outcome outcome = generate_beside(*server_, "echo 'BIRD version 3.1.2' >&2");
  EXPECT_EQ(outcome.exit_code, kBirdRefused);
  EXPECT_THAT(outcome.errors, HasSubstr("BIRD 3.1.2 is not supported: this policy is for BIRD 2"));
  EXPECT_EQ(server_->policy(), before);
  EXPECT_EQ(server_->reconfigurations(), 0U);
}

TEST_F(Undone, IsNotNeededForTheCheckWhichHasNoRights) {
  server_->tell_members(1);
  const Outcome outcome = generate_beside(*server_,
                                          "[ $1 = --version ] && exec echo 'BIRD version 2.0.12'; "
                                          "echo uid $(id -u) groups $(id -G) >&2; "
                                          "cat bird.conf >/dev/null || echo blind >&2; exit 1");
  EXPECT_EQ(outcome.exit_code, kBirdRefused);
  EXPECT_THAT(outcome.errors, HasSubstr("BIRD refuses the new policy: uid "));
  EXPECT_THAT(outcome.errors, Not(HasSubstr("uid 0")));
  EXPECT_THAT(outcome.errors, Not(HasSubstr("groups 0")));
  EXPECT_THAT(outcome.errors, Not(HasSubstr("blind")));
}

}  // namespace
}  // namespace peerlab::generator_test
