// SQLite's C interface as values that clean up after themselves.  Inside this room only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace peerlab::sqlite {

// A prepared statement while it runs: bound in order, stepped, reset when it goes.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : statement_{statement} {}
  Query(Query&& other) noexcept : statement_{std::exchange(other.statement_, nullptr)} {}
  Query& operator=(Query&&) = delete;
  ~Query();

  Query& bind(std::int64_t value);
  Query& bind(std::optional<std::int64_t> value);
  Query& bind(std::string_view text);
  Query& bind_blob(std::string_view bytes);

  // True while there is a row; Unavailable where the file is locked, full, read-only or gone.
  [[nodiscard]] Result<bool> step();
  // Steps to the end.
  [[nodiscard]] Result<void> finish();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string text(int column) const;  // of text and of blobs

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class Connection {
 public:
  enum class Missing { Create, Refuse };
  static Result<Connection> open(const std::filesystem::path& file, Missing missing);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  // False where the file lets itself only be read; BEGIN IMMEDIATE does not say so.
  [[nodiscard]] bool can_write() const;
  // Several statements without values, e.g. a migration.
  [[nodiscard]] Result<void> execute(const std::string& sql);
  // Prepared once for each text, which must outlive the connection (a literal).
  [[nodiscard]] Result<Query> query(std::string_view sql);

 private:
  explicit Connection(sqlite3* handle) : handle_{handle} {}
  sqlite3* handle_;
  std::map<std::string_view, sqlite3_stmt*> statements_;
};

// BEGIN IMMEDIATE now; rolled back when it goes without commit.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept
      : connection_{std::exchange(other.connection_, nullptr)} {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_{&connection} {}
  Connection* connection_;
};

}  // namespace peerlab::sqlite
