// HTTP/1.1 on one connection: request after request, each within its time.
#pragma once

#include <memory>
#include <optional>

#include "http/answerer.h"
#include "http/connection.h"

namespace peerlab::http {

class Conversation {
 public:
  // All must outlive every conversation held.  What may wait runs in `aside`.
  Conversation(const ServerOptions& options, Answerer& answerer, asio::io_context& aside)
      : options_{options}, answerer_{answerer}, aside_{aside} {}

  // Ends when the connection is to be closed.
  [[nodiscard]] Task<void> hold(Connection& connection) const;

 private:
  [[nodiscard]] Task<bool> answer(Connection& connection) const;
  [[nodiscard]] Task<void> step_aside() const;
  [[nodiscard]] Task<std::optional<Later::Make>> await(Connection& connection,
                                                       std::shared_ptr<Later> later) const;
  [[nodiscard]] Task<bool> tell(Connection& connection, std::shared_ptr<EventStream> stream,
                                Terms terms) const;
  [[nodiscard]] Task<bool> tell_on(Connection& connection, EventStream& stream, Bell& bell,
                                   bool chunked) const;
  [[nodiscard]] Task<void> refuse(Connection& connection, int status, std::string message) const;
  [[nodiscard]] Task<bool> tell_to_continue(Connection& connection) const;

  const ServerOptions& options_;
  Answerer& answerer_;
  asio::io_context& aside_;
};

}  // namespace peerlab::http
