#include "http/later.h"

#include <utility>

namespace peerlab::http {

void Later::answer(Make make) {
  std::function<void()> ring, not_needed;  // it ends outside the lock
  {
    const std::lock_guard lock{mutex_};
    if (std::exchange(answered_, true)) return;
    make_ = std::move(make);
    ring = std::move(ring_);
    not_needed = std::move(hasten_);
  }
  if (ring) ring();
}

void Later::attach(std::function<void()> ring) {
  {
    const std::lock_guard lock{mutex_};
    if (!answered_) {
      ring_ = std::move(ring);
      return;
    }
  }
  ring();
}

std::optional<Later::Make> Later::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(make_, std::nullopt);
}

void Later::hasten() {
  std::function<void()> hasten;
  {
    const std::lock_guard lock{mutex_};
    hasten = std::exchange(hasten_, {});
  }
  if (hasten) hasten();
}

}  // namespace peerlab::http
