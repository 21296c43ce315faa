#include "http/event_stream.h"

#include <utility>

namespace peerlab::http {

std::string event_text(std::string_view name, std::string_view id, std::string_view data) {
  std::string text;
  text.append("event: ").append(name).append("\nid: ").append(id).append("\n");
  for (bool more = true; more;) {
    const std::size_t end = data.find('\n');
    text.append("data: ").append(data.substr(0, end)).append("\n");
    more = end != std::string_view::npos;
    if (more) data.remove_prefix(end + 1);
  }
  return text.append("\n");
}

void EventStream::send(std::string_view text) {
  std::function<void()> ring;
  {
    const std::lock_guard lock{mutex_};
    if (state_ != State::Open) return;
    if (unread_.size() + text.size() > kUnreadMost) {
      state_ = State::Overrun;
      unread_.clear();
    } else {
      unread_.append(text);
    }
    ring = ring_;
  }
  if (ring) ring();
}

void EventStream::end() {
  std::function<void()> ring;
  {
    const std::lock_guard lock{mutex_};
    if (state_ != State::Open) return;
    state_ = State::Ended;
    ring = ring_;
  }
  if (ring) ring();
}

void EventStream::attach(std::function<void()> ring) {
  {
    const std::lock_guard lock{mutex_};
    ring_ = ring;
  }
  ring();
}

EventStream::Next EventStream::take() {
  const std::lock_guard lock{mutex_};
  return {std::exchange(unread_, {}), state_};
}

void EventStream::close() {
  std::function<void()> over, ring;  // the latter ends outside the lock
  {
    const std::lock_guard lock{mutex_};
    if (state_ == State::Open) state_ = State::Ended;
    unread_.clear();
    over = std::exchange(over_, {});
    ring = std::exchange(ring_, {});
  }
  if (over) over();
}

}  // namespace peerlab::http
