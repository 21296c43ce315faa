#include <fmt/format.h>

#include <deque>

#include "ledger/sqlite/connection.h"
#include "ledger/sqlite/migrations.h"
#include "ledger/sqlite/sqlite_ledger.h"

namespace peerlab {
namespace {

using sqlite::Connection;
using sqlite::Query;
using sqlite::Transaction;

std::string names_of(const ImageTable& table) {
  std::string names;
  for (const ImageColumn& column : table.columns) {
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column.name);
  }
  return names;
}

Cell cell_in(const Query& row, int at, ColumnType type) {
  if (row.is_null(at)) return {};
  if (type == ColumnType::Integer || type == ColumnType::Boolean) return row.integer(at);
  return row.text(at);
}

Result<void> tell_rows(Connection& connection, const ImageTable& table, const std::string& sql,
                       const TakeRow& take) {
  Result<Query> query = connection.query(sql);
  if (!query) return fail(query.error());
  for (;;) {
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    ImageRow told{&table, {}};
    for (const ImageColumn& column : table.columns) {
      told.cells.push_back(cell_in(*query, static_cast<int>(told.cells.size()), column.type));
    }
    if (const Result<void> taken = take(told); !taken) return taken;
  }
}

void bind(Query& query, const Cell& cell, ColumnType type) {
  if (const auto* const number = std::get_if<std::int64_t>(&cell)) {
    query.bind(*number);
  } else if (const auto* const text = std::get_if<std::string>(&cell)) {
    type == ColumnType::Bytes ? query.bind_blob(*text) : query.bind(std::string_view{*text});
  } else {
    query.bind(std::nullopt);
  }
}

Result<void> keep_row(Connection& connection, std::string_view insert, const ImageRow& row) {
  Result<Query> query = connection.query(insert);
  if (!query) return fail(query.error());
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    bind(*query, row.cells[i], row.table->columns[i].type);
  }
  return query->finish();
}

std::string insert_into(const ImageTable& table) {
  std::string places;
  for (std::size_t i = 0; i < table.columns.size(); ++i) places += i == 0 ? "?" : ", ?";
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, names_of(table), places);
}

Result<void> is_empty(Connection& connection, const ImageTable& table, const std::string& sql) {
  Result<Query> query = connection.query(sql);
  if (!query) return fail(query.error());
  const Result<bool> row = query->step();
  if (!row) return fail(row.error());
  if (!*row) return {};
  return fail(
      ErrorKind::Conflict,
      fmt::format("there is a ledger already ({} has rows): import into a new file", table.name));
}

}  // namespace

Result<void> export_sqlite_ledger(const std::filesystem::path& file, const TakeRow& take) {
  std::deque<std::string> texts;  // outlive the connection's statements
  Result<Connection> connection = Connection::open(file, Connection::Missing::Refuse);
  if (!connection) return fail(connection.error());
  if (const auto migrated = sqlite::migrate(*connection); !migrated) return migrated;
  if (const auto begun = connection->execute("BEGIN"); !begun) return begun;  // one picture
  for (const ImageTable& table : image_tables()) {
    texts.push_back(
        fmt::format("SELECT {} FROM {} ORDER BY {}", names_of(table), table.name, table.order));
    const Result<void> told = tell_rows(*connection, table, texts.back(), take);
    if (!told) return told;
  }
  return connection->execute("COMMIT");
}

Result<void> import_sqlite_ledger(const std::filesystem::path& file, const TellRows& tell) {
  std::deque<std::string> texts;
  Result<Connection> connection = Connection::open(file, Connection::Missing::Create);
  if (!connection) return fail(connection.error());
  if (const auto migrated = sqlite::migrate(*connection); !migrated) return migrated;
  Result<Transaction> transaction = Transaction::begin(*connection);
  if (!transaction) return fail(transaction.error());
  std::map<const ImageTable*, std::string_view> inserts;
  for (const ImageTable& table : image_tables()) {
    texts.push_back(fmt::format("SELECT 1 FROM {} LIMIT 1", table.name));
    const Result<void> empty = is_empty(*connection, table, texts.back());
    if (!empty) return empty;
    inserts.emplace(&table, texts.emplace_back(insert_into(table)));
  }
  const Result<void> told =
      tell([&](const ImageRow& row) { return keep_row(*connection, inserts.at(row.table), row); });
  if (!told) return told;
  return transaction->commit();
}

}  // namespace peerlab
