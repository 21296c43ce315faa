#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "ledger/postgres/herald.h"

namespace peerlab::postgres {

// May the same be asked again when nobody knows whether it was done?
enum class Repeated { Harmless, Harmful };

// A few connections that many threads share.  A verb waits for one at most `Limits::lock`, is asked
// again where it was rolled back beside somebody else's work, and connects anew where a server came
// back.  Any thread.
class Pool {
 public:
  Pool(Secret url, const Limits& limits, std::size_t connections)
      : url_{std::move(url)}, limits_{limits}, free_places_{connections}, herald_{url_, limits} {}

  // Unavailable where the server is not there, full, read-only or too slow: nothing was done then.
  // OutcomeUnknown where a Harmful one may have been done.  Internal where the schema forbids it.
  [[nodiscard]] Result<Rows> ask(std::string_view sql, const Values& values, Repeated repeated);

  // The same for what changes the ledger, or may have: whoever listens is told afterwards.
  [[nodiscard]] Result<Rows> change(std::string_view sql, const Values& values, Repeated repeated);

  // Instead of the first connection: one that is open already.
  void put(Connection connection);

 private:
  [[nodiscard]] Answer<Rows> ask_once(std::string_view sql, const Values& values);
  [[nodiscard]] Answer<Connection> take();
  void forget_idle();

  const Secret url_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t free_places_;
  std::vector<Connection> idle_;
  Herald herald_;
};

}  // namespace peerlab::postgres
