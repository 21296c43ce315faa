#include "lab/ping.h"

#include <fmt/format.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lab/namespaces.h"

namespace peerlab::lab {
namespace {

constexpr int kPatienceMilliseconds = 2000;

sockaddr_in6 socket_address(const Ipv6& address) {
  sockaddr_in6 result{};
  result.sin6_family = AF_INET6;
  std::memcpy(&result.sin6_addr, address.bytes().data(), 16);
  return result;
}

Ipv6 address_of(const sockaddr_in6& from) {
  Ipv6::Bytes bytes{};
  std::memcpy(bytes.data(), &from.sin6_addr, bytes.size());
  return Ipv6::from_bytes(bytes);
}

// A raw socket bound to one address that hears one kind of ICMPv6 message.
class EchoSocket {
 public:
  static Result<EchoSocket> open(const Standpoint& at, std::uint8_t hears) {
    EchoSocket made;
    const Result<void> opened = stand_in(at.place, [&]() -> Result<void> {
      made.number_ = ::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
      icmp6_filter filter{};
      ICMP6_FILTER_SETBLOCKALL(&filter);
      ICMP6_FILTER_SETPASS(hears, &filter);
      const sockaddr_in6 own = socket_address(at.address);
      if (::setsockopt(made.number_, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter) != 0 ||
          ::bind(made.number_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
        return fail(ErrorKind::NotPermitted,
                    fmt::format("cannot stand at {} in {}: {}", at.address.text(), at.place,
                                std::strerror(errno)));
      }
      return {};
    });
    if (!opened) return fail(opened.error());
    return made;
  }
  EchoSocket(EchoSocket&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  EchoSocket& operator=(EchoSocket&&) = delete;
  ~EchoSocket() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] bool send_request(const Ipv6& to, std::uint16_t sequence) const {
    icmp6_hdr request{};
    request.icmp6_type = ICMP6_ECHO_REQUEST;
    request.icmp6_id = htons(4242);
    request.icmp6_seq = htons(sequence);
    const sockaddr_in6 target = socket_address(to);
    return ::sendto(number_, &request, sizeof request, 0,
                    reinterpret_cast<const sockaddr*>(&target), sizeof target) == sizeof request;
  }

  // Who sent the next message; nullopt when none comes.
  [[nodiscard]] std::optional<Ipv6> next_source() const {
    pollfd watched{number_, POLLIN, 0};
    if (::poll(&watched, 1, kPatienceMilliseconds) <= 0) return std::nullopt;
    std::array<char, 256> packet{};
    sockaddr_in6 from{};
    socklen_t length = sizeof from;
    const ssize_t got = ::recvfrom(number_, packet.data(), packet.size(), 0,
                                   reinterpret_cast<sockaddr*>(&from), &length);
    return got > 0 ? std::optional{address_of(from)} : std::nullopt;
  }

 private:
  EchoSocket() = default;
  int number_ = -1;
};

}  // namespace

Result<Echo> ping(const Standpoint& from, const Standpoint& to) {
  const Result<EchoSocket> sender = EchoSocket::open(from, ICMP6_ECHO_REPLY);
  if (!sender) return fail(sender.error());
  const Result<EchoSocket> target = EchoSocket::open(to, ICMP6_ECHO_REQUEST);
  if (!target) return fail(target.error());
  if (!sender->send_request(to.address, 1)) {
    return fail(ErrorKind::Unavailable, fmt::format("{} has no way to {}: {}", from.place,
                                                    to.address.text(), std::strerror(errno)));
  }
  const std::optional<Ipv6> seen = target->next_source();
  if (!seen) {
    return fail(ErrorKind::TimedOut, fmt::format("no packet from {} reaches {}",
                                                 from.address.text(), to.address.text()));
  }
  const std::optional<Ipv6> reply = sender->next_source();
  if (!reply) {
    return fail(ErrorKind::TimedOut,
                fmt::format("{} hears {} and its reply is lost", to.address.text(), seen->text()));
  }
  return Echo{*seen, *reply};
}

}  // namespace peerlab::lab
