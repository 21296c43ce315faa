// The HTTP/1.1 server: bytes in, Request out, Response back.  It enforces the limits; it knows no
// route.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "base/result.h"
#include "http/event_stream.h"
#include "http/later.h"
#include "http/request.h"
#include "http/response.h"

namespace peerlab::http {

struct ServerOptions {
  std::string address =
      "127.0.0.1:8080";  // "host:port"; "[::]:8080" is both families; port 0 lets the system choose
  std::size_t threads = 2;        // that read, answer and write: one for each core
  std::size_t set_aside = 8;      // that make Patient answers
  std::size_t threads_max = 128;  // of either kind, where some wait for long
  // Newcomers above it take the places of the longest idle; where all are sending, of those that
  // have been sending for longest, who are told 408.
  std::size_t connections_max = 512;
  // Request line and header fields: 431 above, 414 where it is the line alone.
  std::size_t head_limit = 16U << 10U;
  std::size_t body_limit = 64U << 10U;             // 413 above, as soon as it is known
  std::chrono::milliseconds read_timeout{10'000};  // from a request's first byte to its last: 408
  // Between requests, and for a client to take a response: closed without a word.
  std::chrono::milliseconds idle_timeout{75'000};
  std::chrono::milliseconds heartbeat{20'000};      // what an event stream is silent for at most
  std::chrono::milliseconds drain_timeout{10'000};  // for requests in flight once told to stop
};

// A request that never reaches `respond`: 400, 408, 413, 414, 431, and 500 where `respond` threw.
struct Refusal {
  int status;
  std::string message;
  std::string request_id;
};

// What a request is answered with: at once, later, or for as long as there is something to say.
// Whose answer is to come later, or goes on, keeps a connection and no thread; while it does, a
// client that ends its sending side counts as gone, which is noticed within a second.
using Answer =
    std::variant<Response, Patient, std::shared_ptr<Later>, std::shared_ptr<EventStream>>;

// Called from many threads at once; it should not wait.  Given a HEAD
// it may answer as to GET: the body is measured and not sent.
using Respond = std::function<Answer(Request)>;
using RespondToRefusal = std::function<Response(const Refusal&)>;

class Server {
 public:
  // Bound and listening on return: connections queue up until `run`.
  [[nodiscard]] static Result<std::unique_ptr<Server>> listen(ServerOptions options,
                                                              Respond respond,
                                                              RespondToRefusal refuse);
  ~Server();  // waits for threads that are still inside `respond`
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;  // open at this moment; from any thread

  // Serves until `stop`, then accepts nothing more, closes idle connections, ends event streams,
  // hastens what was to come later, finishes requests in flight and returns; TimedOut where some
  // were not answered in the drain time (their connections are closed all the same). A program that
  // must end then leaves by std::_Exit, since the destructor waits for them.  Call it once.
  [[nodiscard]] Result<void> run();

  // From any thread (StopSignals calls it), any number of times, before or during `run`.
  void stop();

 private:
  class Machine;
  explicit Server(std::unique_ptr<Machine> machine);
  std::unique_ptr<Machine> machine_;
};

}  // namespace peerlab::http
