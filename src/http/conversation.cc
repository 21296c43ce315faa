#include "http/conversation.h"

#include <utility>

namespace peerlab::http {

Task<void> Conversation::hold(Connection& connection) const {
  RequestReader& reader = connection.reader();
  bool reading = false, told_to_continue = false;
  for (;;) {
    const RequestReader::State state = reader.advance();
    if (state == RequestReader::State::Refused) {
      std::string message = reader.refusal_message();
      co_await refuse(connection, reader.refusal_status(), std::move(message));
      co_return;
    }
    if (state == RequestReader::State::Complete) {
      if (!co_await answer(connection)) co_return;
      reading = told_to_continue = false;
      continue;
    }
    if (!reader.started()) {
      if (connection.ended()) co_return;
      reading = false;
      connection.enter(Phase::Idle, options_.idle_timeout);
    } else if (!std::exchange(reading, true)) {
      connection.enter(Phase::Reading, options_.read_timeout);
    } else if (connection.ended()) {
      std::string message = "the request did not arrive in time";
      co_await refuse(connection, 408, std::move(message));
      co_return;
    }
    if (reader.expects_continue() && !std::exchange(told_to_continue, true)) {
      if (!co_await tell_to_continue(connection)) co_return;
    }
    if (!co_await connection.read_more()) co_return;
  }
}

// True where the connection may serve another request.
Task<bool> Conversation::answer(Connection& connection) const {
  connection.enter(Phase::Responding, std::nullopt);
  RequestReader& reader = connection.reader();
  Framing framing;
  framing.http_1_0 = reader.http_1_0();
  framing.close = !reader.keep_alive();
  Request request = reader.take();
  request.remote_address = connection.remote_address();
  Reply reply = answerer_.answer(std::move(request), framing);
  const bool written = co_await connection.write(std::move(reply.bytes), options_.idle_timeout);
  co_return written && !reply.close;
}

Task<void> Conversation::refuse(Connection& connection, int status, std::string message) const {
  connection.enter(Phase::Responding, std::nullopt);
  Refusal refusal{status, std::move(message), connection.reader().client_request_id()};
  Reply reply = answerer_.refuse(std::move(refusal));
  const bool written = co_await connection.write(std::move(reply.bytes), options_.idle_timeout);
  if (written) co_await connection.leave();
}

// The time of the body begins anew: the client has been waiting for us.
Task<bool> Conversation::tell_to_continue(Connection& connection) const {
  std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  const bool written = co_await connection.write(std::move(go_on), options_.idle_timeout);
  connection.enter(Phase::Reading, options_.read_timeout);
  co_return written;
}

}  // namespace peerlab::http
