// The ways in which an endpoint answers.
#pragma once

#include <functional>
#include <memory>
#include <variant>

#include "gateway/refused.h"
#include "http/event_stream.h"

namespace peerlab::gateway {

// An answer whose making may wait for the ledger.
struct Patient {
  std::function<Settled()> make;
};

// To be called once, by whichever thread knows how to answer.  The answer itself is made by a
// thread of the server's, and not at all where the client went.
using Made = std::variant<Settled, Patient>;
using Settle = std::function<void(std::function<Made()> make)>;

// An answer that comes later.  Both may run on any thread.
struct Postponed {
  std::function<void(Settle settle)> begin;  // called once
  std::function<void()> hasten = {};         // the client went, or the gateway stops: settle soon
};

// Events until the stream is over.
struct Broadcast {
  std::function<void(std::shared_ptr<http::EventStream>)> begin;
  std::function<void()> over;
};

using Answer = tl::expected<std::variant<http::Response, Patient, Postponed, Broadcast>, Refused>;

}  // namespace peerlab::gateway
