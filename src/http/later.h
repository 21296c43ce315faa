// An answer that comes later, and no thread waits for it meanwhile.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "http/response.h"

namespace peerlab::http {

// One request whose answer is owed: shared by its maker, who answers it, and the server, which
// keeps the connection.  Any thread; nothing is called under a lock.
class Later {
 public:
  // `hasten` is called once, by a thread of the server's, where the client went or the server
  // stops: the maker must answer soon then.  Whether the client reads that is nobody's concern.
  explicit Later(std::function<void()> hasten) : hasten_{std::move(hasten)} {}
  Later(const Later&) = delete;
  Later& operator=(const Later&) = delete;

  // The maker's side, once, whatever happened to the client; further answers are dropped.
  void answer(Response response);

  // The server's side.  `ring` is called when the answer is there, at once where it is already.
  void attach(std::function<void()> ring);
  [[nodiscard]] std::optional<Response> take();
  void hasten();

 private:
  std::mutex mutex_;
  std::function<void()> hasten_, ring_;
  std::optional<Response> response_;
  bool answered_ = false;
};

}  // namespace peerlab::http
