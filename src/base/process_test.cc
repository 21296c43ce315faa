#include "base/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

Command shell(std::string script) { return {.argv = {"sh", "-c", std::move(script)}}; }

TEST(Run, KeepsOutputErrorsAndExitCodeApart) {
  const Result<Outcome> outcome = run(shell("echo out; echo wrong >&2; exit 3"));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "out\n");
  EXPECT_EQ(outcome->errors, "wrong\n");
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_FALSE(outcome->ok());
}

TEST(Run, HandsArgumentsOverAsTheyAreWithoutAShell) {
  const Result<Outcome> outcome = run({.argv = {"printf", "%s|", "a b", "$(id)", "", "'\";"}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "a b|$(id)||'\";|");
}

TEST(Run, ExchangesMoreThanAnyPipeHoldsInBothDirections) {
  std::string input(3U << 20U, 'x');
  input.back() = '\n';
  Command command{.argv = {"cat"}};
  command.input = input;
  const Result<Outcome> outcome = run(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, input);
}

TEST(Run, AProgramThatReadsNothingOfItsInputIsNoError) {
  Command command{.argv = {"true"}};
  command.input = std::string(1U << 20U, 'x');
  const Result<Outcome> outcome = run(command);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ok());
}

TEST(Run, GivesAnEmptyInputWhereNoneIsNamed) {
  const Result<Outcome> outcome = run({.argv = {"cat"}}, 5s);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "");
}

TEST(Run, AddsToTheEnvironmentAndOverridesIt) {
  ::setenv("PEERLAB_TEST_KEPT", "kept", 1);
  ::setenv("PEERLAB_TEST_CHANGED", "before", 1);
  Command command = shell("echo $PEERLAB_TEST_KEPT $PEERLAB_TEST_CHANGED");
  command.environment = {{"PEERLAB_TEST_CHANGED", "after"}};
  const Result<Outcome> outcome = run(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "kept after\n");
}

TEST(Run, WorksInTheFolderItIsGiven) {
  const testing_support::TemporaryFolder folder;
  Command command{.argv = {"pwd"}};
  command.directory = folder.path();
  const Result<Outcome> outcome = run(command);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, folder.path().string() + "\n");
}

TEST(Run, SaysNotFoundForAProgramOrAFolderThatIsNotThere) {
  const Result<Outcome> program = run({.argv = {"no-such-program-of-peerlab"}});
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().kind, ErrorKind::NotFound);
  Command command{.argv = {"true"}};
  command.directory = "/no/such/folder";
  const Result<Outcome> folder = run(command);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::NotFound);
}

TEST(Run, ReportsTheSignalThatEndedAProgram) {
  const Result<Outcome> outcome = run(shell("kill -TERM $$"));
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 128 + SIGTERM);
}

// What a program may do to outlive its patience.
class RunInTime : public testing::TestWithParam<std::string> {};

TEST_P(RunInTime, EndsAProgramThatDoesNot) {
  const auto begin = steady_clock::now();
  const Result<Outcome> outcome = run(shell(GetParam()), 200ms);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::TimedOut);
  EXPECT_LT(steady_clock::now() - begin, 5s);
}

INSTANTIATE_TEST_SUITE_P(Ways, RunInTime,
                         testing::Values("sleep 20", "sleep 20; true",  // itself, and as a child
                                         "exec >&- 2>&-; sleep 20",     // with its output closed
                                         "trap '' TERM INT HUP; sleep 20",  // deaf to signals
                                         "yes", "yes >&2"));  // always with more to say

TEST(Run, DoesNotWaitForAChildLeftBehindWithTheOutputOpen) {
  const auto begin = steady_clock::now();
  const Result<Outcome> outcome = run(shell("sleep 3 & echo started"), 20s);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "started\n");
  EXPECT_LT(steady_clock::now() - begin, 2s);
}

TEST(Run, LeavesNoZombieAndNoOpenDescriptor) {
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  const auto before = descriptors();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(run({.argv = {"true"}}));
  ASSERT_FALSE(run({.argv = {"no-such-program-of-peerlab"}}));
  EXPECT_EQ(descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(Run, WorksWhereOurOwnStandardStreamsAreClosed) {
  const int input = ::dup(0), output = ::dup(1);
  ::close(0), ::close(1);
  Command command{.argv = {"cat"}};
  command.input = "through";
  const Result<Outcome> outcome = run(command, 5s);
  ::dup2(input, 0), ::dup2(output, 1);
  ::close(input), ::close(output);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output, "through");
}

TEST(Run, SaysSoWhenNoDescriptorIsLeft) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 3;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const Result<Outcome> outcome = run({.argv = {"true"}});
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
}

TEST(Start, AppendsBothStreamsToTheLogAndReturnsAtOnce) {
  const testing_support::TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "log", "before\n"));
  const Result<pid_t> child = start(shell("echo out; echo wrong >&2"), folder / "log");
  ASSERT_TRUE(child);
  EXPECT_EQ(::waitpid(*child, nullptr, 0), *child);
  EXPECT_EQ(read_file(folder / "log"), "before\nout\nwrong\n");
}

TEST(Start, MakesAProcessGroupOfItsOwn) {
  const testing_support::TemporaryFolder folder;
  const Result<pid_t> child = start({.argv = {"sleep", "20"}}, folder / "log");
  ASSERT_TRUE(child);
  EXPECT_EQ(::getpgid(*child), *child);
  EXPECT_EQ(::kill(-*child, SIGKILL), 0);
  EXPECT_EQ(::waitpid(*child, nullptr, 0), *child);
}

TEST(Start, SaysSoWhenTheLogCannotBeWritten) {
  const Result<pid_t> child = start({.argv = {"true"}}, "/no/such/folder/log");
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().kind, ErrorKind::NotPermitted);
}

}  // namespace
}  // namespace peerlab
