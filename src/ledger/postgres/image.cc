#include <fmt/format.h>

#include <deque>
#include <map>

#include "ledger/postgres/connection.h"
#include "ledger/postgres/failure.h"
#include "ledger/postgres/migrations.h"
#include "ledger/postgres/postgres_ledger.h"

namespace peerlab {
namespace {

using namespace std::chrono_literals;
using postgres::Answer;
using postgres::Connection;
using postgres::Rows;
using postgres::Values;

// Whoever moves a ledger waits for it.
constexpr std::chrono::milliseconds kPatience = 10min;
postgres::Limits limits() { return {.statement = kPatience, .answer = kPatience}; }

std::string names_of(const ImageTable& table, bool as_told) {
  std::string names;
  for (const ImageColumn& column : table.columns) {
    const bool cast = as_told && column.type == ColumnType::Boolean;
    names += fmt::format("{}\"{}\"{}", names.empty() ? "" : ", ", column.name,
                         cast ? "::int::bigint" : "");
  }
  return names;
}

Cell cell_in(const Rows& rows, int row, int at, ColumnType type) {
  if (rows.is_null(row, at)) return {};
  if (type == ColumnType::Integer || type == ColumnType::Boolean) return rows.integer(row, at);
  return rows.text(row, at);
}

Result<void> tell_rows(const Rows& rows, const ImageTable& table, const TakeRow& take) {
  for (int row = 0; row < rows.size(); ++row) {
    ImageRow told{&table, {}};
    for (const ImageColumn& column : table.columns) {
      told.cells.push_back(cell_in(rows, row, static_cast<int>(told.cells.size()), column.type));
    }
    if (const Result<void> taken = take(told); !taken) return taken;
  }
  return {};
}

Values values_of(const ImageRow& row) {
  Values values;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const Cell& cell = row.cells[i];
    if (const auto* const number = std::get_if<std::int64_t>(&cell)) {
      values.add(*number);
    } else if (const auto* const text = std::get_if<std::string>(&cell)) {
      row.table->columns[i].type == ColumnType::Bytes ? values.add_bytes(*text)
                                                      : values.add(std::string_view{*text});
    } else {
      values.add_null();
    }
  }
  return values;
}

std::string insert_into(const ImageTable& table) {
  std::string places;
  for (std::size_t i = 1; i <= table.columns.size(); ++i) {
    places += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, names_of(table, false), places);
}

// A statement between BEGIN and COMMIT, its trouble as our error.
class Session {
 public:
  static Result<Session> open(const PostgresDatabase& database) {
    Answer<Connection> connection = Connection::open(database.url, limits());
    if (!connection) {
      return fail(ErrorKind::Unavailable,
                  fmt::format("cannot reach the database: {}", connection.error().cause));
    }
    if (const auto migrated = postgres::migrate(*connection); !migrated) {
      return fail(migrated.error());
    }
    return Session{std::move(*connection)};
  }

  Result<Rows> ask(std::string text, const Values& values = {}) {
    return ask_kept(texts_.emplace_back(std::move(text)), values);
  }
  Result<Rows> ask_kept(std::string_view text, const Values& values) {
    Answer<Rows> rows = connection_.run(text, values);
    if (!rows) return postgres::failure_of(rows.error());
    return std::move(*rows);
  }
  Result<void> run(const std::string& text) {
    const Answer<void> done = connection_.execute(text, kPatience);
    return done ? Result<void>{} : postgres::failure_of(done.error());
  }
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

 private:
  explicit Session(Connection connection) : connection_{std::move(connection)} {}
  std::deque<std::string> texts_;  // a prepared statement is known by its text's place
  Connection connection_;
};

Result<void> is_empty(Session& session, const ImageTable& table) {
  const auto rows = session.ask(fmt::format("SELECT 1::bigint FROM {} LIMIT 1", table.name));
  if (!rows) return fail(rows.error());
  if (rows->size() == 0) return {};
  return fail(ErrorKind::Conflict,
              fmt::format("there is a ledger already ({} has rows): import into a new database",
                          table.name));
}

// What is numbered from now on is numbered behind what came.
Result<void> move_sequence(Session& session, std::string_view table, std::string_view column) {
  return session
      .ask(fmt::format("SELECT setval(pg_get_serial_sequence('{0}', '{1}'), max({1})) FROM {0}",
                       table, column))
      .map([](const Rows&) {});
}

}  // namespace

Result<void> export_postgres_ledger(const PostgresDatabase& database, const TakeRow& take) {
  Result<Session> session = Session::open(database);
  if (!session) return fail(session.error());
  // One picture of all tables.
  const auto begun = session->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  if (!begun) return begun;
  for (const ImageTable& table : image_tables()) {
    const auto declared =
        session->run(fmt::format("DECLARE told_{0} CURSOR FOR SELECT {1} FROM {0} ORDER BY {2}",
                                 table.name, names_of(table, true), table.order));
    if (!declared) return declared;
    const std::string_view fetch =
        session->keep(fmt::format("FETCH 1000 FROM told_{}", table.name));
    for (;;) {
      const Result<Rows> rows = session->ask_kept(fetch, {});
      if (!rows) return fail(rows.error());
      if (rows->size() == 0) break;
      if (const auto told = tell_rows(*rows, table, take); !told) return told;
    }
  }
  return session->run("COMMIT");
}

Result<void> import_postgres_ledger(const PostgresDatabase& database, const TellRows& tell) {
  Result<Session> session = Session::open(database);
  if (!session) return fail(session.error());
  if (const auto begun = session->run("BEGIN"); !begun) return begun;
  std::map<const ImageTable*, std::string_view> inserts;
  for (const ImageTable& table : image_tables()) {
    if (const auto empty = is_empty(*session, table); !empty) return empty;
    inserts.emplace(&table, session->keep(insert_into(table)));
  }
  const Result<void> told = tell([&](const ImageRow& row) {
    return session->ask_kept(inserts.at(row.table), values_of(row)).map([](const Rows&) {});
  });
  if (!told) return told;
  for (const auto& [table, column] : {std::pair{"assignments", "number"},
                                      {"leases", "id"},
                                      {"events", "id"},
                                      {"waiting", "arrival"}}) {
    const Result<void> moved = move_sequence(*session, table, column);
    if (!moved) return moved;
  }
  const auto queued = session->run(
      "INSERT INTO unsealed_events SELECT id FROM events e "
      "WHERE NOT EXISTS (SELECT FROM seals WHERE event = e.id)");
  if (!queued) return queued;
  return session->run("COMMIT");
}

}  // namespace peerlab
