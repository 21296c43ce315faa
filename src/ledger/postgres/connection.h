// libpq as values that clean up after themselves and never wait without end.  Inside this room
// only.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "base/haste.h"
#include "base/result.h"
#include "base/secret.h"
#include "ledger/postgres/statement.h"

struct pg_conn;
struct pg_result;

namespace peerlab::postgres {

// Why there is no answer, by what the caller may do next.
enum class Trouble {
  Conflict,       // rolled back beside somebody else's work: the same again may succeed
  Refused,        // rolled back: the server is full, read-only, too slow or going down
  Contradiction,  // rolled back: the schema forbids it
  NotAsked,       // no connection: nothing was sent
  Lost            // it went away, or was silent too long, after the question: nobody knows
};

struct Failed {
  Trouble trouble;
  std::string cause;  // for our log
};

template <class T>
using Answer = tl::expected<T, Failed>;

// All rows of one statement.  Integers are SQL's bigint.
class Rows {
 public:
  explicit Rows(pg_result* result);
  Rows(Rows&&) noexcept = default;
  Rows& operator=(Rows&&) noexcept = default;
  ~Rows();

  [[nodiscard]] int size() const;
  [[nodiscard]] bool is_null(int row, int column) const;
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] std::string text(int row, int column) const;  // of text and of bytes

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// How long at most; a server that keeps its own limit says so before ours runs out.
struct Limits {
  std::chrono::seconds connect{3};       // at least 2: libpq's own least
  std::chrono::milliseconds lock{2000};  // one wait for a row or a member's turn
  std::chrono::milliseconds statement{4000};
  std::chrono::milliseconds answer{5000};  // ours: a server that says nothing at all
  std::shared_ptr<Haste> haste = std::make_shared<Haste>();  // one of all copies of these limits
};

class Connection {
 public:
  // `url` is a connection URI of libpq; what it says itself is stronger than our limits.
  static Answer<Connection> open(const Secret& url, const Limits& limits);

  // One statement in a transaction of its own, or of execute("BEGIN").  The answer comes after the
  // commit.
  [[nodiscard]] Answer<Rows> run(std::string_view sql, const Values& values = {});
  // Several statements without values, for as long as `patience`.
  [[nodiscard]] Answer<void> execute(const std::string& sql, std::chrono::milliseconds patience);

  // Reads what the server said unasked, without waiting: was there a notification?
  [[nodiscard]] Answer<bool> hear();

  // Still there as far as one can see without asking: a server that went says so, or hangs up.
  [[nodiscard]] bool sound() const;
  [[nodiscard]] int socket() const;

 private:
  struct Finish {
    void operator()(pg_conn* handle) const;
  };
  using Handle = std::unique_ptr<pg_conn, Finish>;
  struct Deadline {
    std::chrono::steady_clock::time_point asked = std::chrono::steady_clock::now();
    std::chrono::milliseconds patience;
  };

  friend class Pipeline;

  Connection(Handle handle, const Limits& limits) : handle_{std::move(handle)}, limits_{limits} {}
  [[nodiscard]] bool prepared(std::string_view sql) const;
  // To libpq, which sends it when it can; false where it cannot.
  [[nodiscard]] bool submit_preparation(std::string_view sql);
  [[nodiscard]] bool submit(std::string_view sql, const Values& values);
  [[nodiscard]] Answer<void> prepare(std::string_view sql, const Deadline& end);
  [[nodiscard]] Answer<Rows> answer(const Deadline& end);
  [[nodiscard]] bool readable_before(const Deadline& end) const;
  [[nodiscard]] Failed lost(std::string_view what) const;

  Handle handle_;
  Limits limits_;
  // Names of statements, by their text's place: an embedded text has one.
  std::map<const char*, std::string> prepared_;
};

}  // namespace peerlab::postgres
