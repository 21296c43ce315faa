// Nightly: an apply that nobody confirms is sat out until BIRD's own timer undoes it.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>

#include "base/file.h"
#include "confgen/exit_code.h"
#include "tests/generator/ixp_server.h"
#include "tests/generator/socket_proxy.h"

namespace peerlab::generator_test {
namespace {

using namespace std::chrono_literals;
using confgen::exit_code::kDone;
using testing::HasSubstr;
using testing::Not;

TEST(Outlived, AnUnconfirmedPolicyIsUndoneByBirdItselfAndTheNextRunRepeatsIt) {
  SKIP_WITHOUT_NAMESPACES();
  IxpServer server;
  const auto rows = [&] { return server.bird_says("show route table peerlab_leases"); };
  server.tell_members(1);
  ASSERT_EQ(server.generate().exit_code, kDone);
  const std::size_t before = server.reconfigurations();
  server.tell_members(2);
  std::atomic<pid_t> program = 0;
  {
    // Between `configure timeout` and `configure confirm`.
    const SocketProxy proxy{server.bird_socket(),
                            {"configure timeout", 1, Moment::AfterBirdAnswered},
                            [&] { ::kill(program, SIGKILL); }};
    const auto started = start(server.command({"--bird-socket", proxy.path().string()}),
                               server.folder() / "killed.log");
    ASSERT_TRUE(started);
    program = *started;
    ::waitpid(*started, nullptr, 0);
    ASSERT_TRUE(proxy.triggered());
  }
  EXPECT_THAT(rows(), HasSubstr("AS65002")) << "BIRD runs what it was told, for 30 s";
  EXPECT_TRUE(has_lease(server.policy(), 2));

  for (int left = 1200; left > 0 && server.reconfigurations() == before + 1; --left) {
    std::this_thread::sleep_for(100ms);
  }
  EXPECT_EQ(server.reconfigurations(), before + 2) << *read_file(server.folder() / "bird.log");
  for (int left = 100; left > 0 && rows().find("AS65002") != std::string::npos; --left) {
    std::this_thread::sleep_for(100ms);
  }
  EXPECT_THAT(rows(), Not(HasSubstr("AS65002"))) << "the policy before";
  EXPECT_THAT(rows(), HasSubstr("AS65001"));
  EXPECT_THAT(server.bird_says("configure confirm"), HasSubstr("Nothing to do"));
  EXPECT_TRUE(has_lease(server.policy(), 2)) << "the file is still the newer one";

  EXPECT_EQ(server.generate().exit_code, kDone) << "facts and file are unchanged, BIRD is not";
  EXPECT_THAT(rows(), HasSubstr("AS65002")) << "file and BIRD agree";
  EXPECT_TRUE(has_lease(server.policy(), 2));
  EXPECT_THAT(server.bird_says("configure confirm"), HasSubstr("Nothing to do"));
  const std::size_t repaired = server.reconfigurations();
  EXPECT_EQ(server.generate().exit_code, kDone);
  EXPECT_EQ(server.reconfigurations(), repaired) << "and then there is nothing to do";
}

}  // namespace
}  // namespace peerlab::generator_test
