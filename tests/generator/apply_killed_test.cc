// peerlab-bird-config is killed at every step of an apply: what is on disk is a policy BIRD
// accepts, BIRD permits nothing that was never granted, and the next run needs no help.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/file.h"
#include "confgen/exit_code.h"
#include "tests/generator/ixp_server.h"
#include "tests/generator/socket_proxy.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using confgen::exit_code::kDone;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr auto kNothingToConfirm = "Nothing to do";

// A server that runs member 1 and 2; then 2's lease is gone and 3 is new.
class Killed : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_NAMESPACES();
    server_.emplace();
    server_->tell_members(2);
    ASSERT_EQ(server_->generate().exit_code, kDone);
    Mapping ended = member(2, in_an_hour());
    ended.leases.clear();
    server_->tell_mappings({member(1, in_an_hour()), ended, member(3, in_an_hour())});
    server_->tell_nodes({node(1), node(2), node(3)});
  }

  // Returns when the program, killed or not, has ended.
  void run_to_its_end(const Command& command) {
    const auto started = start(command, server_->folder() / "killed.log");
    ASSERT_TRUE(started);
    program_ = *started;
    ::waitpid(*started, nullptr, 0);
  }

  void kill_program() const { ::kill(program_, SIGKILL); }

  void expect_nothing_worse_than_before_or_after() const {
    const auto checked =
        run({{"bird", "-p", "-c", (server_->folder() / "bird/bird.conf").string()}});
    ASSERT_TRUE(checked);
    EXPECT_TRUE(checked->ok()) << checked->errors;
    const std::string policy = server_->policy();
    EXPECT_TRUE(has_lease(policy, 1));
    EXPECT_NE(has_lease(policy, 2), has_lease(policy, 3)) << "the old one or the new one, whole";
    const std::string rows = server_->bird_says("show route table peerlab_leases");
    EXPECT_THAT(rows, HasSubstr("3fff:100:1::/48-48 AS65001"));
    EXPECT_THAT(rows, Not(HasSubstr("AS65004")));
  }

  void expect_the_next_run_makes_it_whole() {
    const Outcome next = server_->generate();
    EXPECT_EQ(next.exit_code, kDone) << next.errors;
    EXPECT_TRUE(has_lease(server_->policy(), 3));
    EXPECT_FALSE(has_lease(server_->policy(), 2));
    const std::string rows = server_->bird_says("show route table peerlab_leases");
    EXPECT_THAT(rows, HasSubstr("3fff:100:3::/48-48 AS65003"));
    EXPECT_THAT(rows, Not(HasSubstr("AS65002")));
    EXPECT_THAT(server_->bird_says("configure confirm"), HasSubstr(kNothingToConfirm));
    EXPECT_THAT(server_->files(), Not(Contains(testing::StartsWith("."))));
    EXPECT_FALSE(std::filesystem::exists(server_->state_directory() / "stage"));
    const std::size_t reconfigurations = server_->reconfigurations();
    EXPECT_EQ(server_->generate().exit_code, kDone);
    EXPECT_EQ(server_->reconfigurations(), reconfigurations) << "and then there is nothing to do";
  }

  std::optional<IxpServer> server_;
  std::atomic<pid_t> program_ = 0;
};

TEST_F(Killed, AtAnyOfItsQuestionsToBird) {
  const std::array triggers{
      Trigger{"show status"},
      Trigger{"show protocols"},
      Trigger{"configure timeout"},
      Trigger{"configure timeout", 1, Moment::AfterBirdAnswered},
      Trigger{"show protocols", 2},
      Trigger{"eval", 1},
      Trigger{"eval", 3, Moment::AfterBirdAnswered},
      Trigger{"configure confirm"},
      Trigger{"configure confirm", 1, Moment::AfterBirdAnswered},
  };
  for (const Trigger& trigger : triggers) {
    SCOPED_TRACE(fmt::format("{} number {}{}", trigger.command, trigger.which,
                             trigger.moment == Moment::AfterBirdAnswered ? ", answered" : ""));
    SetUp();
    if (HasFatalFailure()) return;
    {
      const SocketProxy proxy{server_->bird_socket(), trigger, [&] { kill_program(); }};
      run_to_its_end(server_->command({"--bird-socket", proxy.path().string()}));
      EXPECT_TRUE(proxy.triggered());
    }
    expect_nothing_worse_than_before_or_after();
    expect_the_next_run_makes_it_whole();
  }
}

// The mark in state.json: without it this looks as if nothing had happened.
TEST_F(Killed, AfterItsLastQuestionItIsNoticedThoughFileAndFactsAreTheOldOnes) {
  const std::string before = server_->policy();
  {
    const SocketProxy proxy{server_->bird_socket(),
                            {"configure confirm", 1, Moment::AfterBirdAnswered},
                            [&] { kill_program(); }};
    run_to_its_end(server_->command({"--bird-socket", proxy.path().string()}));
  }
  ASSERT_THAT(server_->bird_says("show route table peerlab_leases"), HasSubstr("AS65003"));
  std::filesystem::rename(server_->policy_file().string() + ".previous", server_->policy_file());
  ASSERT_EQ(server_->policy(), before);
  server_->tell_members(2);
  EXPECT_EQ(server_->generate().exit_code, kDone);
  EXPECT_THAT(server_->bird_says("show route table peerlab_leases"), Not(HasSubstr("AS65003")));
}

// Files named, written, renamed and removed: one more of these events at each turn, until the
// program gets to its end before it is killed.
TEST_F(Killed, AtAnyOfItsWritesToTheDisk) {
  for (unsigned step = 1; step < 200; step += 1 + step / 12) {
    SCOPED_TRACE(fmt::format("event {}", step));
    SetUp();
    if (HasFatalFailure()) return;
    const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    for (const auto& folder : {server_->state_directory(), server_->policy_file().parent_path()}) {
      ASSERT_GE(::inotify_add_watch(watch, folder.c_str(), IN_CREATE | IN_MOVE | IN_DELETE), 0);
    }
    const auto started = start(server_->command(), server_->folder() / "killed.log");
    ASSERT_TRUE(started);
    program_ = *started;
    unsigned seen = 0;
    int status = 0;
    while (::waitpid(*started, &status, WNOHANG) == 0) {
      alignas(inotify_event) std::array<char, 4096> events{};
      const ssize_t got = ::read(watch, events.data(), events.size());
      for (ssize_t at = 0; at < got;) {
        const auto* const event = reinterpret_cast<const inotify_event*>(&events[std::size_t(at)]);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        if (++seen == step) kill_program();
      }
    }
    ::close(watch);
    expect_nothing_worse_than_before_or_after();
    expect_the_next_run_makes_it_whole();
    if (WIFEXITED(status)) {
      EXPECT_GT(step, 8U) << "the walk has seen the program's steps";
      return;
    }
  }
  FAIL() << "the program never got to its end";
}

}  // namespace
}  // namespace peerlab::generator_test
