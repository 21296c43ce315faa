// A client of a test that sends bytes as they are, be they HTTP or not.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace peerlab::testing_support {

struct RawAnswer {
  int status = 0;  // 0: the server closed without an answer
  std::string head;
  std::string body;
  // The first field's value; empty where there is none.
  [[nodiscard]] std::string field(std::string_view name) const;
};

// To 127.0.0.1.  What does not come within `patience` never comes.
class RawConnection {
 public:
  // Throws where nobody listens.
  explicit RawConnection(std::uint16_t port,
                         std::chrono::seconds patience = std::chrono::seconds{5});
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool send(std::string_view bytes) const;  // false where the server did not take them all
  void send_nothing_more() const;

  // The next response; one to HEAD has no body, whatever its Content-Length says.
  [[nodiscard]] RawAnswer answer(std::string_view method = "GET");
  // Everything up to this text and with it; what came, where it never came.
  [[nodiscard]] std::string until(std::string_view text);
  [[nodiscard]] std::string until_closed();
  [[nodiscard]] bool is_closed();  // nothing more came, and the server ended the connection

 private:
  bool receive();  // false at the end
  int socket_;
  std::string unread_;
};

}  // namespace peerlab::testing_support
