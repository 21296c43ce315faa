// A client that may send any bytes, also those that no HTTP client would.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace peerlab::testing_support {

class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);  // of 127.0.0.1; throws where nobody listens
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(std::string_view bytes);  // as far as the other side takes them
  // All that comes until the other side closes, or `patience` is over.
  [[nodiscard]] std::string read_to_end(std::chrono::milliseconds patience = std::chrono::seconds{
                                            20});

 private:
  int socket_;
};

// 413 for "HTTP/1.1 413 ..."; 0 where it is no HTTP answer.
[[nodiscard]] int status_of(std::string_view answer);

}  // namespace peerlab::testing_support
