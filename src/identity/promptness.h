// Whether somebody who needs addresses may wait for a directory.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

namespace peerlab::identity {

// Any thread.  A directory is prompt while it has answered every question, each within a moment,
// and for half a minute after the first at most.  Once it was not it never is again: who waited
// goes on with what is known, and is not to be stopped anew by a directory that comes and goes.
class Promptness {
 public:
  using Steady = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kMoment{1'000};
  static constexpr std::chrono::seconds kInAll{30};

  // One question at a time.
  void asked(Steady::time_point now);
  // `rest`: how long it wants to be left alone; more than a moment is as good as no answer.
  void answered(Steady::time_point now, std::chrono::milliseconds rest);
  void failed();

  // True also before anything was asked.
  [[nodiscard]] bool lasts(Steady::time_point now) const;

 private:
  mutable std::mutex mutex_;
  std::optional<Steady::time_point> first_asked_;
  std::optional<Steady::time_point> unanswered_since_;
  bool lost_ = false;
};

}  // namespace peerlab::identity
