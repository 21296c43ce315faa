// Requests and refusals to the bytes that answer them, without a socket.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "http/response_encoder.h"
#include "http/server.h"

namespace peerlab::http {

struct Reply {
  std::string bytes;
  bool close;  // the connection ends behind it
};

// What is known of a request when its answer is written, however long after.
struct Terms {
  std::string request_id;
  bool head;  // the request was a HEAD
  bool close;
  bool http_1_0;
};

// What `respond` or `refuse` throws, or makes that cannot be sent, becomes a 500 that says nothing
// of it; our log says the reason.  Thread-safe.
class Answerer {
 public:
  // Once `stopping`, every reply closes.
  Answerer(Respond respond, RespondToRefusal refuse, const std::atomic<bool>& stopping);

  // Its request_id; an empty one becomes a new one, here and in `refuse`.
  [[nodiscard]] std::string name(Request& request);
  [[nodiscard]] Answer respond(Request request);
  [[nodiscard]] Made made(const Later::Make& make, const std::string& request_id);
  [[nodiscard]] Response made(const Patient& patient, const std::string& request_id);
  [[nodiscard]] Reply reply(const Response& response, const Terms& terms);
  // Status and fields of a body that goes on.
  [[nodiscard]] Reply begin(const Response& head, const Terms& terms);
  [[nodiscard]] Reply refuse(Refusal refusal);
  [[nodiscard]] bool stopping() const { return stopping_; }

 private:
  [[nodiscard]] Reply encoded(const Response& response, const Terms& terms, Body body);
  template <class T, class Make>
  [[nodiscard]] T made_or_500(const Make& make, const std::string& request_id);
  [[nodiscard]] Response internal_error(const std::string& request_id);
  [[nodiscard]] Response refuse_safely(const Refusal& refusal);
  [[nodiscard]] std::string new_request_id();

  Respond respond_;
  RespondToRefusal refuse_;
  const std::atomic<bool>& stopping_;
  SystemClock clock_;
  std::atomic<std::uint64_t> requests_ = 0;
  const std::string id_prefix_;
};

}  // namespace peerlab::http
