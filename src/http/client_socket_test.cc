// The client over a socket in the file system, as a local daemon's API has it.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "http/client.h"
#include "tests/support/loopback_server.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;

// Answers one request there.
class LocalDaemon {
 public:
  explicit LocalDaemon(const std::string& path) : listener_{::socket(AF_UNIX, SOCK_STREAM, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 1);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~LocalDaemon() {
    thread_.join();
    ::close(listener_);
  }
  LocalDaemon(const LocalDaemon&) = delete;
  LocalDaemon& operator=(const LocalDaemon&) = delete;

 private:
  void serve() const {
    const int connection = ::accept(listener_, nullptr, nullptr);
    std::array<char, 4096> head;
    const ssize_t got = ::recv(connection, head.data(), head.size(), 0);
    const std::string seen(head.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    const std::string answer =
        testing_support::http_answer("200 OK", seen.substr(0, seen.find("\r\nUser")));
    ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(connection);
  }
  int listener_;
  std::thread thread_;
};

TEST(ClientSocket, GoesThereWhateverTheUrlsHostIs) {
  const testing_support::TemporaryFolder folder;
  const std::string path = (folder.path() / "daemon.sock").string();
  const LocalDaemon daemon{path};
  const auto answer =
      Client{}.send({.url = "http://local-daemon.invalid/status", .unix_socket = path});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->body, "GET /status HTTP/1.1\r\nHost: local-daemon.invalid");
}

TEST(ClientSocket, IsUnavailableWhereNobodyListens) {
  const testing_support::TemporaryFolder folder;
  const auto answer = Client{}.send(
      {.url = "http://a.invalid/", .unix_socket = (folder.path() / "none.sock").string()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace peerlab::http
