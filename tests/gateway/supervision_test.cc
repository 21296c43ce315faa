// What systemd would hear of the program: ready when it serves, alive as long as it answers.
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>

#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

class Supervised : public GatewayTest {
 protected:
  Supervised() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (folder_ / "notify").string();
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "300000", 1);
  }
  ~Supervised() override {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::close(socket_);
  }
  // What is told next; empty where nothing is within ten seconds.
  [[nodiscard]] std::string next() const {
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::array<char, 256> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    return got > 0 ? std::string{bytes.data(), static_cast<std::size_t>(got)} : "";
  }

 private:
  int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(Supervised, TellsThatItIsReadyAliveAndStopping) {
  start();
  EXPECT_EQ(next(), "READY=1");
  EXPECT_EQ(next(), "WATCHDOG=1");
  EXPECT_EQ(next(), "WATCHDOG=1");
  EXPECT_THAT(gateway_->log(), testing::HasSubstr("/health/live"));  // it asked itself
  EXPECT_EQ(gateway_->stop(), 0);
  std::string last = "WATCHDOG=1";
  while (last == "WATCHDOG=1") last = next();
  EXPECT_EQ(last, "STOPPING=1");
}

}  // namespace
}  // namespace peerlab::testing_support
