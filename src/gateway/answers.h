// The ways in which an endpoint answers.
#pragma once

#include <functional>
#include <memory>
#include <variant>

#include "gateway/refused.h"
#include "http/event_stream.h"

namespace peerlab::gateway {

// An answer that comes later.  Both may run on any thread.
struct Postponed {
  // Called once; `settle` is to be called once, by whichever thread has the answer.
  std::function<void(std::function<void(Settled)> settle)> begin;
  std::function<void()> hasten;  // the client went, or the gateway stops: settle soon
};

// Events until the stream is over.
struct Broadcast {
  std::function<void(std::shared_ptr<http::EventStream>)> begin;
  std::function<void()> over;
};

using Answer = tl::expected<std::variant<http::Response, Postponed, Broadcast>, Refused>;

}  // namespace peerlab::gateway
