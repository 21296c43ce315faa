#include "ledger/sqlite/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

#include "ledger/stored.h"

namespace peerlab::sqlite {
namespace {

// Everything SQLite can say no with is the storage's trouble, but for a broken promise of the
// schema.
Failure refused(sqlite3* handle, int code) {
  const std::string cause =
      fmt::format("sqlite {}: {}", sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
  if ((code & 0xFF) == SQLITE_CONSTRAINT) {
    return fail(ErrorKind::Internal, "the ledger refused a contradiction", cause);
  }
  return stored::unusable(cause);
}

}  // namespace

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Query& Query::bind(std::optional<std::int64_t> value) {
  if (value) return bind(*value);
  sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

Query& Query::bind(std::string_view text) {
  sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Query& Query::bind_blob(std::string_view bytes) {
  sqlite3_bind_blob(statement_, ++bound_, bytes.data(), static_cast<int>(bytes.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Result<bool> Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return refused(sqlite3_db_handle(statement_), code);
}

Result<void> Query::finish() {
  for (;;) {
    const Result<bool> row = step();
    if (!row) return fail(row.error());
    if (!*row) return {};
  }
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string Query::text(int column) const {
  const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string{} : std::string(bytes, static_cast<std::size_t>(size));
}

Result<Connection> Connection::open(const std::filesystem::path& file, Missing missing) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                    (missing == Missing::Create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  Connection connection{handle};
  if (code != SQLITE_OK) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot open the ledger {}: {}", file.string(), sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(handle, 5000);
  const Result<void> set = connection.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
      "PRAGMA secure_delete = ON;");
  if (!set) {
    return fail(set.error().kind, fmt::format("cannot use {} as a ledger: {}", file.string(),
                                              sqlite3_errmsg(handle)));
  }
  return connection;
}

Connection::Connection(Connection&& other) noexcept
    : handle_{std::exchange(other.handle_, nullptr)}, statements_{std::move(other.statements_)} {
  other.statements_.clear();
}

Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(statements_, other.statements_);
  return *this;
}

Connection::~Connection() {
  for (const auto& [text, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

bool Connection::can_write() const { return sqlite3_db_readonly(handle_, "main") == 0; }

Result<void> Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Result<void>{} : refused(handle_, code);
}

Result<Query> Connection::query(std::string_view sql) {
  auto known = statements_.find(sql);
  if (known == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return refused(handle_, code);
    known = statements_.emplace(sql, statement).first;
  }
  return Query{known->second};
}

Result<Transaction> Transaction::begin(Connection& connection) {
  const Result<void> begun = connection.execute("BEGIN IMMEDIATE");
  if (!begun) return fail(begun.error());
  return Transaction{connection};
}

Transaction::~Transaction() {
  // A failed COMMIT (disk full) leaves the transaction open: it must go, or the next BEGIN fails.
  if (connection_ != nullptr) (void)connection_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  const Result<void> done = connection_->execute("COMMIT");
  if (done) connection_ = nullptr;
  return done;
}

}  // namespace peerlab::sqlite
