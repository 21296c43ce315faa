#include "confgen/send_queues.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace peerlab::confgen {
namespace {

// Two ends of a TCP connection on loopback; `far` reads only when told to.
class Connection {
 public:
  Connection() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int small = 4096;
    ::setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    far_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::setsockopt(far_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    EXPECT_EQ(::bind(listener, generic, size), 0);
    EXPECT_EQ(::listen(listener, 1), 0);
    EXPECT_EQ(::getsockname(listener, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    EXPECT_EQ(::connect(far_, generic, size), 0);
    near_ = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    ::close(listener);
  }
  Connection(const Connection&) = delete;
  ~Connection() {
    ::close(near_);
    ::close(far_);
  }

  void write_until_full() const {
    constexpr std::array<char, 4096> kBytes{};
    while (::send(near_, kBytes.data(), kBytes.size(), MSG_NOSIGNAL) > 0) {
    }
  }
  void read_all() const {
    std::array<char, 65536> bytes{};
    while (queue().waiting > 0) {
      pollfd far{far_, POLLIN, 0};
      ASSERT_GT(::poll(&far, 1, 10'000), 0);
      ASSERT_GT(::recv(far_, bytes.data(), bytes.size(), 0), 0);
    }
  }
  [[nodiscard]] SendQueue queue() const {
    const auto queues = read_send_queues(port_);
    EXPECT_TRUE(queues.has_value()) << queues.error().cause;
    EXPECT_THAT(*queues, testing::SizeIs(1));
    return queues->at(0);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int near_ = -1, far_ = -1;
  std::uint16_t port_ = 0;
};

TEST(SendQueues, TellWhoReadsAndWhoDoesNot) {
  const Connection reads, sleeps;
  EXPECT_EQ(reads.queue().waiting, 0U);
  for (const Connection* const each : {&reads, &sleeps}) each->write_until_full();
  reads.read_all();
  EXPECT_EQ(reads.queue().waiting, 0U);
  const SendQueue full = sleeps.queue();
  EXPECT_EQ(full.peer.text(), "127.0.0.1");
  EXPECT_GT(full.waiting, 0U);
  EXPECT_GT(reads.queue().acknowledged, full.acknowledged);
  sleeps.read_all();
  EXPECT_EQ(sleeps.queue().connection, full.connection);
  EXPECT_EQ(sleeps.queue().acknowledged, full.acknowledged + full.waiting);
}

TEST(SendQueues, AreOfConnectionsToThisPortOnly) {
  const Connection one, other;
  EXPECT_NE(one.queue().connection, other.queue().connection);
  std::uint16_t closed = 0;
  {
    const Connection gone;
    closed = gone.port();
  }
  EXPECT_THAT(*read_send_queues(closed), testing::IsEmpty());
}

}  // namespace
}  // namespace peerlab::confgen
