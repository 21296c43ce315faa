// `peerlab auth login` against the lab's real identity provider (oidc-provider), with its browser's
// side played as a person would.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <thread>

#include "base/file.h"
#include "lab/member_machine.h"
#include "tests/cli/peerlab_command.h"
#include "tests/cli/scripted_platform.h"

namespace peerlab::testing_support {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string kIdentity = PEERLAB_SOURCE_DIR "/lab/identity/";

std::string node() {
  const char* const named = std::getenv("PEERLAB_NODE");
  return named == nullptr ? "node" : named;
}

// Nobody listens on it; 0 where there is none.  The provider cannot be told to choose one itself.
std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool chosen = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                      ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  return chosen ? ntohs(address.sin_port) : std::uint16_t{0};
}

bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 400; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(50ms);
  }
  return false;
}

class Running {  // ends with its value
 public:
  Running(const Command& command, const std::filesystem::path& log) {
    if (const Result<pid_t> started = start(command, log)) process_ = *started;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  int wait() {
    int status = -1;
    ::waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_ = -1;
};

class IdentityProvider : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("PEERLAB_NODE_MODULES") == nullptr) {
      GTEST_SKIP() << "needs PEERLAB_NODE_MODULES: run it as ./dev test cli";
    }
    const std::uint16_t port = free_port();
    const std::string issuer = fmt::format("http://127.0.0.1:{}/", port);
    provider_.emplace(Command{{node(), kIdentity + "idp.mjs"},
                              {{"ISSUER", issuer}, {"PORT", std::to_string(port)}}},
                      folder_ / "provider.log");
    ASSERT_TRUE(eventually([&] {
      return logged("provider.log").find("issuer ") != std::string::npos;
    })) << logged("provider.log");
    platform_.emplace(issuer);
    platform_->answer("GET /api/user/info",
                      {json_answer(R"({"user_hash":")" + std::string(64, '0') +
                                   R"(","asn":null,"max_leases":1,"active_leases":[]})")});
    member_.emplace(platform_->url());
  }
  std::string logged(const std::string& name) { return read_file(folder_ / name).value_or(""); }
  // The exit code of the command, after this person entered the code in a browser.
  int sign_in(const std::string& person) {
    Running login{member_->command({"auth", "login"}), folder_ / "login.log"};
    Result<lab::Invitation> invitation = fail(ErrorKind::NotFound, "");
    eventually([&] {
      invitation = lab::read_invitation(logged("login.log"));
      return invitation.has_value();
    });
    if (!invitation) return -1;
    const Result<Outcome> approved =
        run({{node(), kIdentity + "approve.mjs", invitation->url, invitation->code, person}});
    EXPECT_TRUE(approved && approved->ok());
    return login.wait();
  }
  std::optional<Running> provider_;
  std::optional<ScriptedPlatform> platform_;
  std::optional<PeerlabCommand> member_;

 private:
  TemporaryFolder folder_;
};

TEST_F(IdentityProvider, SignsInRenewsWithARotatedTokenAndEndsWithAnUnknownOne) {
  ASSERT_EQ(sign_in("alice"), 0) << logged("login.log");
  EXPECT_THAT(logged("login.log"), HasSubstr("Signed in as alice@example.org"));
  cli::Credentials kept = *member_->kept();
  ASSERT_FALSE(kept.refresh_token.empty());

  kept.expires_at = Instant{};
  member_->keep(kept);
  EXPECT_EQ(member_->run({"auth", "status"}).exit_code, 0);
  const cli::Credentials renewed = *member_->kept();
  EXPECT_NE(renewed.access_token, kept.access_token);
  EXPECT_GT(renewed.expires_at, SystemClock{}.now());

  kept.refresh_token = Secret{"never-given"};
  member_->keep(kept);
  const Outcome outcome = member_->run({"auth", "status"});
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_THAT(outcome.errors, HasSubstr("invalid_grant"));
}

}  // namespace
}  // namespace peerlab::testing_support
