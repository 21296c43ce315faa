#include "identity/promptness.h"

namespace peerlab::identity {

void Promptness::asked(Steady::time_point now) {
  const std::lock_guard lock{mutex_};
  if (!first_asked_) first_asked_ = now;
  unanswered_since_ = now;
}

void Promptness::answered(Steady::time_point now, std::chrono::milliseconds rest) {
  const std::lock_guard lock{mutex_};
  const bool late = unanswered_since_ && now - *unanswered_since_ >= kMoment;
  lost_ = lost_ || late || rest > kMoment;
  unanswered_since_.reset();
}

void Promptness::failed() {
  const std::lock_guard lock{mutex_};
  lost_ = true;
}

bool Promptness::lasts(Steady::time_point now) const {
  const std::lock_guard lock{mutex_};
  if (lost_) return false;
  const bool hangs = unanswered_since_ && now - *unanswered_since_ >= kMoment;
  return !hangs && (!first_asked_ || now - *first_asked_ < kInAll);
}

}  // namespace peerlab::identity
