#pragma once

#include <deque>
#include <vector>

#include "ledger/postgres/connection.h"

namespace peerlab::postgres {

// Statements that go to the server together on one connection and are answered in their order, at
// the price of one question (libpq, "Pipeline Mode").  They share a transaction: only for reads.
// Nothing here waits for the server but open().
class Pipeline {
 public:
  static Answer<Pipeline> open(const Secret& url, const Limits& limits);

  // One more of the next batch.
  [[nodiscard]] Answer<void> add(std::string_view sql, const Values& values);
  // What was added.  Nothing may be under way before.
  [[nodiscard]] Answer<void> send();
  // Takes what the server said so far: is the batch answered?  Afterwards answers() holds one for
  // each that was added, NotAsked where another's failure came first.
  [[nodiscard]] Answer<bool> receive();
  [[nodiscard]] std::vector<Answer<Rows>> answers();

  [[nodiscard]] int socket() const { return connection_.socket(); }
  [[nodiscard]] bool sending() const;  // receive() is to be called when the socket is writable, too

 private:
  enum class Sent { Preparation, Question };

  explicit Pipeline(Connection connection) : connection_{std::move(connection)} {}
  [[nodiscard]] Answer<void> take(pg_result* result);

  Connection connection_;
  std::deque<Sent> unanswered_;
  std::vector<Answer<Rows>> answers_;
  bool whole_ = false;  // the server said that it is through with the batch
};

}  // namespace peerlab::postgres
