// What wakes a coroutine from any thread.
#pragma once

#include <mutex>
#include <optional>

#include "http/asio_types.h"

namespace peerlab::http {

// One coroutine waits; anybody rings, also long after the coroutine and its io_context are gone.
class Bell {
 public:
  explicit Bell(const Executor& executor) : timer_{std::in_place, executor} {}
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void ring();
  // Before the io_context may end: ringing does nothing from now on.
  void silence();

  // The coroutine's.  Returns when it was rung since the last wait, or at `until`.
  [[nodiscard]] Task<void> wait(Steady::time_point until);
  void leave();  // it waits no more: the timer goes, as the io_context may

 private:
  std::mutex mutex_;
  std::optional<Timer> timer_;
  bool rung_ = false;
  bool silent_ = false;
};

}  // namespace peerlab::http
