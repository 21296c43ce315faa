// Answers that are not made at once.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <variant>

#include "http/response.h"

namespace peerlab::http {

// An answer whose making may wait for somebody: a thread that is set aside for that calls `make`.
struct Patient {
  std::function<Response()> make;
};

using Made = std::variant<Response, Patient>;

// An answer that comes later, and no thread waits for it meanwhile.
//
// One request whose answer is owed: shared by its maker, who answers it, and the server, which
// keeps the connection.  Any thread; nothing is called under a lock.
class Later {
 public:
  // `hasten` is called once, by a thread of the server's, where the client went or the server
  // stops: the maker must answer soon then.  Whether the client reads that is nobody's concern.
  explicit Later(std::function<void()> hasten) : hasten_{std::move(hasten)} {}
  Later(const Later&) = delete;
  Later& operator=(const Later&) = delete;

  // Called by a thread of the server's, and not at all where the client went.
  using Make = std::function<Made()>;

  // The maker's side, once, whatever happened to the client; further answers are dropped.
  void answer(Make make);

  // The server's side.  `ring` is called when the answer is there, at once where it is already.
  void attach(std::function<void()> ring);
  [[nodiscard]] std::optional<Make> take();
  void hasten();

 private:
  std::mutex mutex_;
  std::function<void()> hasten_, ring_;
  std::optional<Make> make_;
  bool answered_ = false;
};

}  // namespace peerlab::http
