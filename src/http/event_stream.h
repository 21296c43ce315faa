// Server-sent events (the HTML standard, 9.2): a body that goes on.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "http/response.h"

namespace peerlab::http {

// One event as its reader gets it.  `name` and `id` have no line breaks; each line of `data` is one
// field.
[[nodiscard]] std::string event_text(std::string_view name, std::string_view id,
                                     std::string_view data);

// One answer to which its maker adds: shared by the maker and the server, which keeps the
// connection and sends a comment where nothing else is to be said.  Any thread; nothing is called
// under a lock.
class EventStream {
 public:
  // Whoever leaves more than that unread is closed.
  static constexpr std::size_t kUnreadMost = 64U << 10U;

  // `head` is status and fields.  `over` is called once, by a thread of the server's, when nothing
  // more can be sent.
  EventStream(Response head, std::function<void()> over)
      : head_{std::move(head)}, over_{std::move(over)} {}
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  // The maker's side.  What comes after the end, or for a client that is gone, is dropped.
  void send(std::string_view text);
  void end();  // behind what was sent
  // Fields for the head, as long as the server has not seen it.
  [[nodiscard]] Response& head() { return head_; }

  // The server's side.
  enum class State { Open, Ended, Overrun };
  struct Next {
    std::string text;
    State state;
  };
  void attach(std::function<void()> ring);  // called whenever there is something to take
  [[nodiscard]] Next take();
  void close();

 private:
  Response head_;
  std::mutex mutex_;  // guards what follows
  std::function<void()> over_, ring_;
  std::string unread_;
  State state_ = State::Open;
};

}  // namespace peerlab::http
