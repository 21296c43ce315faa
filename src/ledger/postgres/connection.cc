#include "ledger/postgres/connection.h"

#include <endian.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "ledger/postgres/failure.h"

namespace peerlab::postgres {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// Haste that begins while somebody waits is noticed within that.
constexpr milliseconds kBetweenLooks{100};

}  // namespace

Rows::Rows(pg_result* result) : result_{result} {}
Rows::~Rows() = default;
void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }

int Rows::size() const { return PQntuples(result_.get()); }

bool Rows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) == 1;
}

std::int64_t Rows::integer(int row, int column) const {
  std::uint64_t network_order = 0;
  std::memcpy(&network_order, PQgetvalue(result_.get(), row, column), sizeof network_order);
  return static_cast<std::int64_t>(be64toh(network_order));
}

std::string Rows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

void Connection::Finish::operator()(pg_conn* handle) const { PQfinish(handle); }

Answer<Connection> Connection::open(const Secret& url, const Limits& limits) {
  const auto patience =
      limits.haste->has_begun()
          ? std::min(limits.connect, std::chrono::floor<std::chrono::seconds>(Haste::kPatience))
          : limits.connect;
  const std::string connect = std::to_string(patience.count());
  // A peer that is gone without a word is noticed within some seconds.
  const std::array<const char*, 10> names{"connect_timeout",  "tcp_user_timeout",
                                          "keepalives_idle",  "keepalives_interval",
                                          "keepalives_count", "application_name",
                                          "client_encoding",  "target_session_attrs",
                                          "dbname",           nullptr};
  const std::array<const char*, 10> values{
      connect.c_str(),      "5000", "5", "2", "2", "peerlab-gateway", "UTF8", "read-write",
      url.reveal().c_str(), nullptr};
  Handle handle{PQconnectdbParams(names.data(), values.data(), 1)};
  if (!handle || PQstatus(handle.get()) != CONNECTION_OK) {
    const char* const why = handle ? PQerrorMessage(handle.get()) : "out of memory";
    return tl::unexpected{Failed{Trouble::NotAsked, std::string{trim(why)}}};
  }
  PQsetNoticeProcessor(
      handle.get(), [](void*, const char*) {}, nullptr);
  PQsetnonblocking(handle.get(), 1);
  Connection connection{std::move(handle), limits};
  const Answer<void> set = connection.execute(
      fmt::format("SET lock_timeout = {}; SET statement_timeout = {}; "
                  "SET idle_in_transaction_session_timeout = {}",
                  limits.lock.count(), limits.statement.count(), limits.answer.count()),
      limits.answer);
  if (!set) return tl::unexpected{Failed{Trouble::NotAsked, set.error().cause}};
  return connection;
}

Failed Connection::lost(std::string_view what) const {
  return {Trouble::Lost, fmt::format("{}: {}", what, trim(PQerrorMessage(handle_.get())))};
}

Answer<Rows> Connection::run(std::string_view sql, const Values& values) {
  const Deadline end{.patience = limits_.answer};
  if (!prepared(sql)) {
    const Answer<void> done = prepare(sql, end);
    if (!done) return tl::unexpected{done.error()};
  }
  if (!submit(sql, values)) return tl::unexpected{lost("not sent")};
  return answer(end);
}

bool Connection::prepared(std::string_view sql) const { return prepared_.contains(sql.data()); }

bool Connection::submit_preparation(std::string_view sql) {
  const std::string text{sql};
  const auto [statement, _] = prepared_.emplace(
      sql.data(), fmt::format("s{:x}", reinterpret_cast<std::uintptr_t>(sql.data())));
  return PQsendPrepare(handle_.get(), statement->second.c_str(), text.c_str(), 0, nullptr) == 1;
}

bool Connection::submit(std::string_view sql, const Values& values) {
  std::vector<const char*> texts;
  std::vector<int> lengths;
  for (const std::optional<std::string>& value : values.values_) {
    texts.push_back(value ? value->c_str() : nullptr);
    lengths.push_back(value ? static_cast<int>(value->size()) : 0);
  }
  const std::string& name = prepared_.at(sql.data());
  return PQsendQueryPrepared(handle_.get(), name.c_str(), static_cast<int>(texts.size()),
                             texts.data(), lengths.data(), values.formats_.data(), 1) == 1;
}

// Nothing of the statement itself is sent yet, whatever goes wrong here.
Answer<void> Connection::prepare(std::string_view sql, const Deadline& end) {
  const auto not_prepared = [&](Failed failed) {
    prepared_.erase(sql.data());
    if (failed.trouble == Trouble::Lost) failed.trouble = Trouble::NotAsked;
    return tl::unexpected{std::move(failed)};
  };
  if (!submit_preparation(sql)) return not_prepared(lost("not prepared"));
  const Answer<Rows> done = answer(end);
  return done ? Answer<void>{} : not_prepared(done.error());
}

Answer<void> Connection::execute(const std::string& sql, milliseconds patience) {
  if (PQsendQuery(handle_.get(), sql.c_str()) != 1) return tl::unexpected{lost("not sent")};
  const Answer<Rows> done = answer({.patience = patience});
  return done ? Answer<void>{} : tl::unexpected{done.error()};
}

// Up to the server's ReadyForQuery: a statement's rows come before its commit, and only what comes
// after it says that the commit stands.
Answer<Rows> Connection::answer(const Deadline& end) {
  Rows last{nullptr};
  std::optional<Failed> failed;
  for (;;) {
    while (PQflush(handle_.get()) == 1 || PQisBusy(handle_.get()) == 1) {
      if (!readable_before(end)) return tl::unexpected{lost("no answer in time")};
      if (PQconsumeInput(handle_.get()) != 1) return tl::unexpected{lost("connection lost")};
    }
    pg_result* const result = PQgetResult(handle_.get());
    if (result == nullptr) break;
    last = Rows{result};
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || failed) continue;
    failed = failed_as(result);
  }
  if (failed) return tl::unexpected{*failed};
  if (PQstatus(handle_.get()) != CONNECTION_OK) return tl::unexpected{lost("connection lost")};
  return last;
}

// Or writable, while something is still to be sent.
bool Connection::readable_before(const Deadline& end) const {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(
        limits_.haste->end_of(end.asked, end.patience) - steady_clock::now());
    if (left <= milliseconds{0}) return false;
    const bool sending = PQflush(handle_.get()) == 1;
    pollfd socket{PQsocket(handle_.get()), static_cast<short>(POLLIN | (sending ? POLLOUT : 0)), 0};
    const auto pause = static_cast<int>(std::min(left, kBetweenLooks).count());
    if (::poll(&socket, 1, pause) > 0) return true;
  }
}

Answer<bool> Connection::hear() {
  bool notified = false;
  if (PQconsumeInput(handle_.get()) != 1) return tl::unexpected{lost("connection lost")};
  while (PGnotify* const notification = PQnotifies(handle_.get())) {
    PQfreemem(notification);
    notified = true;
  }
  return notified;
}

bool Connection::sound() const {
  pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
  return PQstatus(handle_.get()) == CONNECTION_OK && ::poll(&socket, 1, 0) == 0;
}

int Connection::socket() const { return PQsocket(handle_.get()); }

}  // namespace peerlab::postgres
