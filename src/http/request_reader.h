// Bytes of one connection to requests, without a socket: feed it, ask it.  However the bytes were
// split on their way, the same is read: the request line and the fields are each looked at as a
// whole.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/request.h"

namespace peerlab::http {

struct ReadLimits {
  std::size_t head;
  std::size_t body;
};

class RequestReader {
 public:
  enum class State { NeedsMore, Complete, Refused };

  explicit RequestReader(ReadLimits limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Room for the next bytes, at least 4 KiB; `received` says how many were put there.
  [[nodiscard]] std::span<char> room();
  void received(std::size_t bytes);

  // Reads on in what was received.  Bytes behind a complete request are kept for the next one
  // (pipelining).
  [[nodiscard]] State advance();

  [[nodiscard]] bool started() const;  // some byte of the request is here
  [[nodiscard]] bool expects_continue()
      const;  // the head is here, and the client waits to be told to go on
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool http_1_0() const;

  // After Complete: the request without its remote address and, where the client gave none of use,
  // its id.  The reader then waits for the next one.
  [[nodiscard]] Request take();

  // After Refused, 400, 413, 414 or 431: nothing more can be read from this connection.
  [[nodiscard]] int refusal_status() const { return refusal_status_; }
  [[nodiscard]] const std::string& refusal_message() const { return refusal_message_; }
  // The client's X-Request-Id as far as it was read and is one to repeat; else empty.
  [[nodiscard]] std::string client_request_id() const;

 private:
  class Parser;
  void restart();
  [[nodiscard]] std::string_view waiting() const;
  // Complete is said of the part; `size` bytes are looked at as a whole.
  State read_request_line();
  State read_fields();
  State read_body();
  State parse_whole(std::size_t size);
  State judge_head();
  [[nodiscard]] std::string fault_of_head() const;
  State refuse(int status, std::string message);

  ReadLimits limits_;
  std::unique_ptr<Parser> parser_;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0;  // of what was received and not yet read
  std::size_t line_size_ = 0;        // of the request line, once it was read
  bool empty_line_passed_ = false;
  Target target_;
  int refusal_status_ = 0;
  std::string refusal_message_;
};

}  // namespace peerlab::http
