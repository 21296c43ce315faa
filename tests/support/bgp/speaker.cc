#include "tests/support/bgp/speaker.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <utility>

namespace peerlab::testing_support::bgp {
namespace {

using Clock = std::chrono::steady_clock;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr std::size_t kHeader = 19;
constexpr std::chrono::seconds kConnectPatience{2};

Addresses numeric(const std::string& address, const char* port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), port, &hints, &found) != 0) found = nullptr;
  return {found, &::freeaddrinfo};
}

unsigned octet(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

}  // namespace

Speaker::Speaker(const std::string& from, const std::string& to) {
  const Addresses own = numeric(from, "0"), other = numeric(to, "179");
  if (!own || !other) return;
  socket_ = ::socket(other->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  constexpr int kYes = 1;
  constexpr timeval kPatience{kConnectPatience.count(), 0};
  const bool ipv6 = other->ai_family == AF_INET6;
  ::setsockopt(socket_, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_FREEBIND : IP_FREEBIND, &kYes,
               sizeof kYes);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (::bind(socket_, own->ai_addr, own->ai_addrlen) != 0 ||
      ::connect(socket_, other->ai_addr, other->ai_addrlen) != 0) {
    close();
  }
}

Speaker::Speaker(Speaker&& other) noexcept
    : socket_{std::exchange(other.socket_, -1)}, unread_{std::move(other.unread_)} {}

Speaker::~Speaker() { close(); }

void Speaker::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

bool Speaker::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Speaker::wait_for_bytes(Clock::time_point deadline) {
  pollfd waiting{socket_, POLLIN, 0};
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  if (::poll(&waiting, 1, std::max(0, static_cast<int>(left))) <= 0) return false;
  std::array<char, 65536> part;
  const ssize_t got = ::recv(socket_, part.data(), part.size(), 0);
  if (got > 0) unread_.append(part.data(), static_cast<std::size_t>(got));
  return got > 0;
}

std::optional<Message> Speaker::receive(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  const auto whole = [&] {
    return unread_.size() >= kHeader &&
           unread_.size() >= octet(unread_, 16) * 256 + octet(unread_, 17);
  };
  while (!whole()) {
    if (!wait_for_bytes(deadline)) return std::nullopt;
  }
  const std::size_t size = octet(unread_, 16) * 256 + octet(unread_, 17);
  Message message{static_cast<Kind>(octet(unread_, 18)), unread_.substr(kHeader, size - kHeader)};
  unread_.erase(0, size);
  return message;
}

std::optional<Cease> Speaker::notification(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  for (;;) {
    const auto message =
        receive(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()));
    if (!message) return std::nullopt;
    if (message->kind != Kind::Notification) continue;
    return Cease{octet(message->body, 0), octet(message->body, 1)};
  }
}

bool Speaker::establish(const Open& ours) {
  if (!send(open(ours))) return false;
  const auto theirs = receive();
  if (!theirs || theirs->kind != Kind::Open) return false;
  const auto agreed = send(message(Kind::Keepalive, "")) ? receive() : std::nullopt;
  return agreed && agreed->kind == Kind::Keepalive;
}

}  // namespace peerlab::testing_support::bgp
