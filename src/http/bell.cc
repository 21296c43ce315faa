#include "http/bell.h"

#include <boost/asio/async_result.hpp>
#include <utility>

namespace peerlab::http {

void Bell::ring() {
  const std::lock_guard lock{mutex_};
  rung_ = true;
  if (timer_ && !silent_) timer_->cancel();
}

void Bell::silence() {
  const std::lock_guard lock{mutex_};
  silent_ = true;
}

// The timer is only touched under the mutex: whether it was rung and the beginning of the wait are
// one step, or a ring between them would be lost.
Task<void> Bell::wait(Steady::time_point until) {
  const auto begin = [this, until](auto handler) {
    const std::lock_guard lock{mutex_};
    timer_->expires_at(rung_ ? Steady::now() : until);
    timer_->async_wait(std::move(handler));
  };
  error_code rung;
  auto token = asio::redirect_error(kAwait, rung);
  auto waiting = asio::async_initiate<decltype(token), void(error_code)>(begin, token);
  co_await std::move(waiting);
  const std::lock_guard lock{mutex_};
  rung_ = false;
}

void Bell::leave() {
  const std::lock_guard lock{mutex_};
  timer_.reset();
}

}  // namespace peerlab::http
