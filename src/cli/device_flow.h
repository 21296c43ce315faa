// The polling of RFC 8628, 3.4 and 3.5, without clock, network or waiting: it is told what was
// answered and when, and says what to do.
#pragma once

#include <variant>

#include "base/clock.h"
#include "cli/complaint.h"
#include "cli/oauth_documents.h"

namespace peerlab::cli {

class DeviceFlow {
 public:
  struct PollAt {
    Instant at;
  };
  // Tokens and Complaint are final.
  using State = std::variant<PollAt, Tokens, Complaint>;

  // `begin` is when the invitation came.
  DeviceFlow(const Invitation& invitation, Instant begin);

  [[nodiscard]] const State& state() const { return state_; }

  // What the poll was answered, at this instant.  `slow_down` adds 5 s to every later interval;
  // silence doubles it.  A poll that would come after the code's end is not made: TimedOut.
  void hear(TokenAnswer answer, Instant now);

 private:
  void hear_refusal(const TokenRefusal& refusal, Instant now);
  void poll_again(Instant now);

  Instant end_;
  std::chrono::seconds interval_;
  State state_;
};

}  // namespace peerlab::cli
