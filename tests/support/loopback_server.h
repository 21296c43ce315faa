// A server of a test: on 127.0.0.1, on a port the system chose.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace peerlab::testing_support {

// An HTTP answer with a right Content-Length; `fields` are further header lines, each ending in
// "\r\n".
[[nodiscard]] std::string http_answer(std::string_view status, std::string_view body,
                                      std::string_view fields = {});

// Answers every request with the same bytes, be they HTTP or not, and closes.  It reads requests
// without a body.  Until told what to answer it hangs.
class LoopbackServer {
 public:
  LoopbackServer();
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  void answer(std::string bytes);
  void hang();  // takes requests and never says a word
  void stop();  // nobody listens on the port any more
  [[nodiscard]] std::string url(std::string_view path) const;
  [[nodiscard]] std::vector<std::string> requests() const;  // heads, as they came

 private:
  void serve();
  void serve_one(int connection);

  int listener_;
  int wake_read_ = -1, wake_write_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::optional<std::string> answer_;
  std::vector<std::string> requests_;
  std::vector<int> hanging_;
  std::thread thread_;
};

}  // namespace peerlab::testing_support
