// One TCP connection that speaks BGP as a test tells it to.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tests/support/bgp/messages.h"

namespace peerlab::testing_support::bgp {

struct Message {
  Kind kind;
  Bytes body;
  bool operator==(const Message&) const = default;
};

// What the other side said when it closed: RFC 4271's error code and subcode.
struct Cease {
  unsigned code;
  unsigned subcode;
  bool operator==(const Cease&) const = default;
};

class Speaker {
 public:
  // Connects from and to these addresses (both of one family), port 179, in the network namespace
  // of the calling thread; connected() says whether somebody listened.  `from` need not be an
  // address of an interface of ours.
  Speaker(const std::string& from, const std::string& to);
  Speaker(Speaker&& other) noexcept;
  Speaker(const Speaker&) = delete;
  ~Speaker();  // closes, without a word

  [[nodiscard]] bool connected() const { return socket_ >= 0; }
  bool send(std::string_view bytes);  // false where the other side has closed

  // The next message; nullopt where the connection ended or nothing came within `patience`.
  std::optional<Message> receive(std::chrono::milliseconds patience = std::chrono::seconds{5});
  // Reads on, past updates, until a NOTIFICATION; nullopt where none came before the connection
  // ended or within `patience`.
  std::optional<Cease> notification(std::chrono::milliseconds patience = std::chrono::seconds{5});

  // OPEN both ways and a KEEPALIVE both ways; false where the other side did not want.
  bool establish(const Open& open);
  void close();

 private:
  bool wait_for_bytes(std::chrono::steady_clock::time_point deadline);
  int socket_ = -1;
  Bytes unread_;
};

}  // namespace peerlab::testing_support::bgp
