#include "tests/support/raw_connection.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace peerlab::testing_support {

std::string RawAnswer::field(std::string_view name) const {
  const std::string line = std::string{"\r\n"}.append(name).append(": ");
  const auto at = head.find(line);
  if (at == std::string::npos) return {};
  const auto begin = at + line.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

RawConnection::RawConnection(std::uint16_t port, std::chrono::seconds patience)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  const timeval most{patience.count(), 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int number = errno;
    ::close(socket_);
    throw std::system_error(number, std::generic_category(), "connect");
  }
}

RawConnection::~RawConnection() { ::close(socket_); }

bool RawConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;  // what it said before it closed is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawConnection::send_nothing_more() const { ::shutdown(socket_, SHUT_WR); }

bool RawConnection::receive() {
  std::array<char, 65536> part;
  const ssize_t got = ::recv(socket_, part.data(), part.size(), 0);
  if (got < 0 && errno == EAGAIN) {
    throw std::system_error(ETIMEDOUT, std::generic_category(), "the server said nothing");
  }
  if (got > 0) unread_.append(part.data(), static_cast<std::size_t>(got));
  return got > 0;
}

RawAnswer RawConnection::answer(std::string_view method) {
  std::size_t end = std::string::npos;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return {};
  }
  RawAnswer answer;
  answer.head = unread_.substr(0, end + 2);
  unread_.erase(0, end + 4);
  answer.status = std::stoi(answer.head.substr(9, 3));
  const std::string length = answer.field("Content-Length");
  const std::size_t size = length.empty() || method == "HEAD" ? 0 : std::stoul(length);
  while (unread_.size() < size && receive()) {
  }
  answer.body = unread_.substr(0, size);
  unread_.erase(0, size);
  return answer;
}

std::string RawConnection::until(std::string_view text) {
  std::size_t found = std::string::npos;
  while ((found = unread_.find(text)) == std::string::npos && receive()) {
  }
  if (found == std::string::npos) return std::exchange(unread_, {});
  std::string read = unread_.substr(0, found + text.size());
  unread_.erase(0, read.size());
  return read;
}

std::string RawConnection::until_closed() {
  while (receive()) {
  }
  return std::exchange(unread_, {});
}

bool RawConnection::is_closed() { return until_closed().empty(); }

}  // namespace peerlab::testing_support
