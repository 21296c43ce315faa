#include "tests/support/loopback_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace peerlab::testing_support {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

}  // namespace

std::string http_answer(std::string_view status, std::string_view body, std::string_view fields) {
  std::string bytes = "HTTP/1.1 ";
  bytes.append(status).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return bytes.append("\r\n").append(fields).append("\r\n").append(body);
}

LoopbackServer::LoopbackServer()
    : listener_{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")} {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  checked(::bind(listener_, generic, size), "bind");
  checked(::listen(listener_, 64), "listen");
  checked(::getsockname(listener_, generic, &size), "getsockname");
  port_ = ntohs(address.sin_port);
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), "pipe");
  wake_read_ = ends[0], wake_write_ = ends[1];
  thread_ = std::thread{[this] { serve(); }};
}

LoopbackServer::~LoopbackServer() {
  stop();
  for (const int connection : hanging_) ::close(connection);
  ::close(wake_read_);
  ::close(wake_write_);
}

void LoopbackServer::answer(std::string bytes) {
  const std::lock_guard lock{mutex_};
  answer_ = std::move(bytes);
}

void LoopbackServer::hang() {
  const std::lock_guard lock{mutex_};
  answer_.reset();
}

void LoopbackServer::stop() {
  if (!thread_.joinable()) return;
  [[maybe_unused]] const ssize_t told = ::write(wake_write_, "x", 1);
  thread_.join();
  ::close(listener_);
}

std::string LoopbackServer::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string{path};
}

std::vector<std::string> LoopbackServer::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

void LoopbackServer::serve() {
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{listener_, POLLIN, 0}, pollfd{wake_read_, POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[1].revents != 0) return;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) serve_one(connection);
  }
}

void LoopbackServer::serve_one(int connection) {
  std::string head;
  std::array<char, 4096> part{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = ::recv(connection, part.data(), part.size(), 0);
    if (got <= 0) break;
    head.append(part.data(), static_cast<std::size_t>(got));
  }
  std::optional<std::string> bytes;
  {
    const std::lock_guard lock{mutex_};
    requests_.push_back(head);
    bytes = answer_;
  }
  if (!bytes) return hanging_.push_back(connection);
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    const ssize_t sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::close(connection);
}

}  // namespace peerlab::testing_support
