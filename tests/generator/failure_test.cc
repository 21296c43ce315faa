// The disk, BIRD and a second run get in the way: the file is the old one or the new one, and the
// exit code says what happened.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "base/file.h"
#include "bird/control_socket.h"
#include "confgen/exit_code.h"
#include "tests/generator/ixp_server.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using confgen::exit_code::kBirdDown;
using confgen::exit_code::kBirdRefused;
using confgen::exit_code::kCannotWrite;
using confgen::exit_code::kDone;
using confgen::exit_code::kUsage;
using testing::HasSubstr;
using testing::Not;

class Failure : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_NAMESPACES(); }
};

// Runs `script` in a mount namespace of its own; the generator's command line is "$@".
Outcome run_mounted(const IxpServer& server, const std::string& script,
                    const std::vector<std::string>& more = {}) {
  Command command = server.command(more);
  const std::vector<std::string> before{"unshare", "-m", "--propagation",     "private",
                                        "sh",      "-c", "set -e; " + script, "sh"};
  command.argv.insert(command.argv.begin(), before.begin(), before.end());
  const auto outcome = run(command, 30s);
  EXPECT_TRUE(outcome) << outcome.error().detail;
  return outcome.value_or(Outcome{});
}

TEST_F(Failure, OfAReadOnlyFolderLeavesTheOldFileWhole) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, kDone);
  const std::string before = server.policy();
  const auto files = server.files();
  server.tell_members(2);
  const std::string folder = server.policy_file().parent_path().string();
  const Outcome outcome = run_mounted(
      server,
      fmt::format("mount --bind {0} {0}; mount -o remount,ro,bind {0}; exec \"$@\"", folder));
  EXPECT_EQ(outcome.exit_code, kCannotWrite) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("peerlab_generated.conf"));
  EXPECT_EQ(server.policy(), before);
  EXPECT_EQ(server.files(), files);
  EXPECT_EQ(server.generate().exit_code, kDone) << "the next run recovers by itself";
  EXPECT_TRUE(has_session(server.policy(), 2));
}

TEST_F(Failure, OfAFullDiskLeavesTheOldFileWholeAndNothingBeside) {
  IxpServer server;
  server.tell_members(40);
  ASSERT_EQ(server.generate().exit_code, kDone);
  server.tell_members(80);
  const std::string disk = server.folder() / "disk";
  ASSERT_TRUE(std::filesystem::create_directory(disk));
  const Outcome outcome = run_mounted(
      server,
      fmt::format("mount -t tmpfs -o size=64k tmpfs {0}; cp {1} {0}/policy.conf; "
                  "cat /dev/zero > {0}/filler 2>/dev/null || true; "
                  "code=0; \"$@\" || code=$?; ls -A {0}; cmp {1} {0}/policy.conf; exit $code",
                  disk, server.policy_file().string()),
      {"--output-file", disk + "/policy.conf", "--bird-config", disk + "/none.conf"});
  EXPECT_EQ(outcome.exit_code, kCannotWrite) << outcome.errors;
  EXPECT_EQ(outcome.output, "filler\npolicy.conf\n");
  EXPECT_THAT(outcome.errors, HasSubstr("No space left on device"));
  EXPECT_EQ(server.reconfigurations(), 1U);
}

TEST_F(Failure, OfTheStateDirectoryIsSaid) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_TRUE(write_file(server.folder() / "file", ""));
  const Outcome outcome =
      server.generate({"--state-directory", (server.folder() / "file/state").string()});
  EXPECT_EQ(outcome.exit_code, kCannotWrite);
  EXPECT_THAT(outcome.errors, HasSubstr("file/state"));
}

// A file that no run can read is not silently begun anew.
TEST_F(Failure, OfWhatARunLeftToTheNextIsSaidAndTheDamagedFileKept) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, kDone);
  const std::string before = server.policy();
  const std::vector<std::string> names{"facts.json", "state.json", "changes.json"};
  for (const std::string& name : names) {
    ASSERT_TRUE(write_file(server.state_directory() / name, "what a broken disk left"));
  }
  const Outcome outcome = server.generate();
  EXPECT_EQ(outcome.exit_code, kDone) << outcome.errors;
  EXPECT_EQ(server.policy(), before);
  for (const std::string& name : names) {
    EXPECT_THAT(outcome.errors, HasSubstr("it is kept as " + name + ".damaged. Going on without"));
    EXPECT_TRUE(std::filesystem::exists(server.state_directory() / (name + ".damaged")));
  }
  Command status{{PEERLAB_BINARY_DIR "/bin/peerlab-bird-config", "status", "--state-directory",
                  server.state_directory().string()}};
  EXPECT_THAT(run(status)->output, HasSubstr("set aside   state.json.damaged"));
  EXPECT_THAT(server.generate().errors, Not(HasSubstr("damaged"))) << "once";
}

// A hand-written part that no longer fits: the check sees it before the policy is touched.
TEST_F(Failure, OfBirdsCheckKeepsThePreviousPolicyByteForByte) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, kDone);
  const std::string before = server.policy();
  const auto fixed_part = server.folder() / "bird/peerlab.conf";
  const std::string whole = *read_file(fixed_part);
  ASSERT_TRUE(write_file(fixed_part, whole + "\nfunction broken( {\n"));
  server.tell_members(2);
  const Outcome outcome = server.generate();
  EXPECT_EQ(outcome.exit_code, kBirdRefused);
  EXPECT_THAT(outcome.errors, HasSubstr("BIRD refuses the new policy"));
  EXPECT_THAT(outcome.errors, HasSubstr("syntax error"));
  EXPECT_EQ(server.policy(), before);
  EXPECT_EQ(server.reconfigurations(), 1U);
  ASSERT_TRUE(write_file(fixed_part, whole));
  EXPECT_EQ(server.generate().exit_code, kDone) << "the next run recovers by itself";
}

// The running BIRD may read another configuration than the one that was checked.
TEST_F(Failure, OfTheRunningBirdPutsThePreviousPolicyBack) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, kDone);
  const std::string before = server.policy();
  ASSERT_TRUE(write_file(server.folder() / "bird/bird.conf", "router id 192.0.2.1;\nbroken;\n"));
  ASSERT_TRUE(std::filesystem::create_directory(server.folder() / "elsewhere"));
  server.tell_members(2);
  const Outcome outcome =
      server.generate({"--bird-config", (server.folder() / "elsewhere/bird.conf").string()});
  EXPECT_EQ(outcome.exit_code, kBirdRefused) << outcome.errors;
  EXPECT_EQ(server.policy(), before);
}

TEST_F(Failure, OfABirdThatIsDownWritesThePolicyAndAppliesItLater) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, kDone);
  server.tell_members(2);
  const Outcome down = server.generate({"--bird-socket", "/nonexistent/bird.ctl"});
  EXPECT_EQ(down.exit_code, kBirdDown);
  EXPECT_THAT(down.errors, HasSubstr("BIRD is not reachable"));
  EXPECT_TRUE(has_session(server.policy(), 2));
  EXPECT_EQ(server.generate().exit_code, kDone);
  EXPECT_EQ(server.reconfigurations(), 2U);
  EXPECT_THAT(server.bird_says("show protocols"), HasSubstr("peerlab_n2"));
}

TEST_F(Failure, OfABirdThatStoppedIsSaidInEveryRunUntilItAnswers) {
  IxpServer server;
  server.tell_members(1);
  server.stop_bird();
  EXPECT_EQ(server.generate().exit_code, kBirdDown);
  EXPECT_EQ(server.generate().exit_code, kBirdDown);
  EXPECT_TRUE(has_session(server.policy(), 1));
}

TEST_F(Failure, OfTheSiteFileTouchesNothing) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_TRUE(write_file(server.folder() / "site.toml", "name = \"ams01\"\nasn = \"x\"\n"));
  const Outcome outcome = server.generate();
  EXPECT_EQ(outcome.exit_code, kUsage);
  EXPECT_THAT(outcome.errors, HasSubstr("site.toml: line 2: asn: "));
  EXPECT_FALSE(std::filesystem::exists(server.state_directory()));
}

// The first waits for a source that hangs; the second, with the facts of the first, comes after it.
TEST_F(Failure, OfASourceInOneRunMakesTheNextRunWaitForItsEnd) {
  IxpServer server;
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, kDone);
  server.headscale.hang();
  auto first = std::async(std::launch::async, [&] {
    const Outcome outcome = server.generate({"--source-timeout", "2"});
    return std::pair{outcome.exit_code, std::chrono::steady_clock::now()};
  });
  for (int left = 400; left > 0 && server.headscale.requests().size() < 2; --left) {
    std::this_thread::sleep_for(5ms);
  }
  server.tell_members(2);
  const Outcome second = server.generate();
  const auto second_end = std::chrono::steady_clock::now();
  const auto [first_code, first_end] = first.get();
  EXPECT_EQ(first_code, confgen::exit_code::kSourceFailed);
  EXPECT_LE(first_end, second_end + 50ms);
  EXPECT_EQ(second.exit_code, kDone) << second.errors;
  EXPECT_TRUE(has_session(server.policy(), 2));
}

}  // namespace
}  // namespace peerlab::generator_test
