#include "http/conversation.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
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
  Terms terms;
  terms.http_1_0 = reader.http_1_0();
  terms.close = !reader.keep_alive();
  Request request = reader.take();
  request.remote_address = connection.remote_address();
  terms.head = request.method == Method::Head;
  terms.request_id = answerer_.name(request);
  Answer answer = answerer_.respond(std::move(request));
  if (auto* const stream = std::get_if<std::shared_ptr<EventStream>>(&answer)) {
    co_return co_await tell(connection, std::move(*stream), std::move(terms));
  }
  if (auto* const later = std::get_if<std::shared_ptr<Later>>(&answer)) {
    std::optional<Later::Make> make = (*later)->take();
    if (!make) make = co_await await(connection, std::move(*later));
    if (!make) co_return false;
    Made made = answerer_.made(*make, terms.request_id);
    std::visit([&](auto& one) { answer = std::move(one); }, made);
  }
  if (const auto* const patient = std::get_if<Patient>(&answer)) {
    connection.enter(Phase::Patient, std::nullopt);
    co_await step_aside();
    answer = answerer_.made(*patient, terms.request_id);
  }
  Reply reply = answerer_.reply(std::get<Response>(answer), terms);
  const bool written = co_await connection.write(std::move(reply.bytes), options_.idle_timeout);
  co_return written && !reply.close;
}

// To a thread that may wait; the next wait for the client leads back.
Task<void> Conversation::step_aside() const {
  auto token = asio::bind_executor(aside_.get_executor(), kAwait);
  co_await asio::post(std::move(token));
}

// Nothing where the client is gone.
Task<std::optional<Later::Make>> Conversation::await(Connection& connection,
                                                     std::shared_ptr<Later> later) const {
  const Connection::Keeping keeping{connection};
  later->attach([bell = keeping.bell()] { bell->ring(); });
  for (;;) {
    std::optional<Later::Make> make = later->take();
    if (make) co_return make;
    const bool gone = connection.ended();
    if (gone || answerer_.stopping()) later->hasten();
    if (gone) co_return std::nullopt;
    co_await keeping.bell()->wait(Steady::time_point::max());
  }
}

Task<bool> Conversation::tell(Connection& connection, std::shared_ptr<EventStream> stream,
                              Terms terms) const {
  const Connection::Keeping keeping{connection};
  stream->attach([bell = keeping.bell()] { bell->ring(); });
  Reply begin = answerer_.begin(stream->head(), terms);
  bool written = co_await connection.write(std::move(begin.bytes), options_.idle_timeout);
  if (written && !terms.head) {
    written = co_await tell_on(connection, *stream, *keeping.bell(), !terms.http_1_0);
  }
  stream->close();
  co_return written && !begin.close && !answerer_.stopping();
}

// False where the client went, or left too much unread.
Task<bool> Conversation::tell_on(Connection& connection, EventStream& stream, Bell& bell,
                                 bool chunked) const {
  Steady::time_point silent_until = Steady::now() + options_.heartbeat;
  for (;;) {
    connection.enter(Phase::Kept, std::nullopt);
    EventStream::Next next = stream.take();
    if (next.state == EventStream::State::Overrun) co_return false;
    const bool ends = next.state == EventStream::State::Ended || answerer_.stopping();
    if (next.text.empty() && !ends && Steady::now() >= silent_until) next.text = ":\n\n";
    std::string bytes = chunked && !next.text.empty() ? chunk_of(next.text) : next.text;
    if (chunked && ends) bytes.append(kLastChunk);
    if (!bytes.empty()) {
      const bool written = co_await connection.write(std::move(bytes), options_.idle_timeout);
      if (!written) co_return false;
      silent_until = Steady::now() + options_.heartbeat;
      connection.enter(Phase::Kept, std::nullopt);
    }
    if (ends) co_return true;
    co_await bell.wait(silent_until);
    if (connection.ended()) co_return false;
  }
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
