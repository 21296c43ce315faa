#include "cli/device_flow.h"

#include <fmt/format.h>

namespace peerlab::cli {
namespace {

using std::chrono::seconds;

constexpr seconds kSlowDown{5};  // RFC 8628, 3.5

Complaint code_ended() {
  return {ExitCode::TimedOut, "the code ended before anybody entered it",
          "start again: peerlab auth login"};
}

}  // namespace

DeviceFlow::DeviceFlow(const Invitation& invitation, Instant begin)
    : end_{begin + invitation.expires_in}, interval_{invitation.interval} {
  poll_again(begin);
}

void DeviceFlow::hear(TokenAnswer answer, Instant now) {
  if (!std::holds_alternative<PollAt>(state_)) return;
  if (auto* const tokens = std::get_if<Tokens>(&answer)) {
    state_ = std::move(*tokens);
  } else if (const auto* const refusal = std::get_if<TokenRefusal>(&answer)) {
    hear_refusal(*refusal, now);
  } else {
    interval_ *= 2;
    poll_again(now);
  }
}

void DeviceFlow::hear_refusal(const TokenRefusal& refusal, Instant now) {
  if (refusal.error == "authorization_pending") return poll_again(now);
  if (refusal.error == "slow_down") {
    interval_ += kSlowDown;
    return poll_again(now);
  }
  if (refusal.error == "expired_token") {
    state_ = code_ended();
  } else if (refusal.error == "access_denied") {
    state_ = Complaint{ExitCode::Refused, "the sign-in was refused in the browser"};
  } else {
    state_ = Complaint{ExitCode::Failed,
                       fmt::format("the identity provider answers {}{}{}", refusal.error,
                                   refusal.description.empty() ? "" : ": ", refusal.description)};
  }
}

void DeviceFlow::poll_again(Instant now) {
  if (now + interval_ < end_) {
    state_ = PollAt{now + interval_};
  } else {
    state_ = code_ended();
  }
}

}  // namespace peerlab::cli
