#include "ledger/sqlite/line.h"

#include "ledger/line.h"
#include "ledger/sqlite/allocation_queries.h"
#include "ledger/sqlite/rows.h"

namespace peerlab::sqlite {
namespace {

// A row of the table that has not lapsed.
struct Standing {
  std::int64_t arrival;
  Instant since;
  Instant kept_until;
};

Result<std::optional<Standing>> standing_of(Connection& connection, const UserHash& holder,
                                            const std::string& line, Instant now) {
  Result<Query> query = connection.query(
      "SELECT arrival, since, kept_until FROM waiting "
      "WHERE holder = ? AND pool = ? AND kept_until > ?");
  if (!query) return fail(query.error());
  const Result<bool> row = query->bind(holder.text()).bind(line).bind(seconds_of(now)).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Standing>{};
  return Standing{query->integer(0), instant_of(query->integer(1)), instant_of(query->integer(2))};
}

// Of the line, those who came before this arrival.
Result<std::uint64_t> before(Connection& connection, const std::string& line, std::int64_t arrival,
                             Instant now) {
  Result<Query> query = connection.query(
      "SELECT count(*) FROM waiting WHERE pool = ? AND kept_until > ? AND arrival < ?");
  if (query) query->bind(line).bind(seconds_of(now)).bind(arrival);
  return one_integer(std::move(query)).map([](std::int64_t count) {
    return static_cast<std::uint64_t>(count);
  });
}

constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

Result<std::optional<Instant>> turn_of(Connection& connection, const UserHash& holder,
                                       std::uint64_t ahead, const AllocationRules& rules,
                                       Instant now) {
  const auto by_rest = longest_rested(connection, rules.pool, ahead + 1);
  if (!by_rest) return fail(by_rest.error());
  const auto own = own_longest_free(connection, rules.pool, holder, now - rules.cool_down_floor);
  if (!own) return fail(own.error());
  const auto since = *own ? std::optional{(*own)->free_from} : std::nullopt;
  return line::expected_turn(*by_rest, ahead, since, rules, now);
}

Result<void> keep_longer(Connection& connection, const Standing& own, Instant until) {
  Result<Query> query = connection.query("UPDATE waiting SET kept_until = ? WHERE arrival = ?");
  if (query) query->bind(seconds_of(until)).bind(own.arrival);
  return run(std::move(query));
}

// Behind all others; what this member had before and let lapse goes.
Result<void> come(Connection& connection, const UserHash& holder, const std::string& line,
                  Instant now, Instant until) {
  Result<Query> query = connection.query(
      "INSERT OR REPLACE INTO waiting (holder, pool, since, kept_until) VALUES (?, ?, ?, ?)");
  if (query) query->bind(holder.text()).bind(line).bind(seconds_of(now)).bind(seconds_of(until));
  return run(std::move(query));
}

Result<void> drop_lapsed(Connection& connection, Instant now) {
  Result<Query> query = connection.query(
      "DELETE FROM waiting WHERE arrival IN "
      "(SELECT arrival FROM waiting WHERE kept_until <= ? ORDER BY kept_until LIMIT 16)");
  if (query) query->bind(seconds_of(now));
  return run(std::move(query));
}

}  // namespace

Result<std::uint64_t> ahead_of(Connection& connection, const UserHash& holder,
                               const PrefixPool& pool, Instant now) {
  const std::string line = line::name_of(pool);
  const auto own = standing_of(connection, holder, line, now);
  if (!own) return fail(own.error());
  return before(connection, line, *own ? (*own)->arrival : kLast, now);
}

Result<std::optional<Prefix48>> choose_in_line(Connection& connection, std::uint64_t ahead,
                                               const AllocationRules& rules, Instant now) {
  const auto by_rest = longest_rested(connection, rules.pool, ahead + 1);
  if (!by_rest) return fail(by_rest.error());
  return line::choose(*by_rest, ahead, rules, now);
}

Result<void> stand_in_line(Connection& connection, const UserHash& holder,
                           const AllocationRules& rules, Instant now) {
  const std::string line = line::name_of(rules.pool);
  const auto own = standing_of(connection, holder, line, now);
  if (!own) return fail(own.error());
  const auto ahead = before(connection, line, *own ? (*own)->arrival : kLast, now);
  if (!ahead) return fail(ahead.error());
  const auto turn = turn_of(connection, holder, *ahead, rules, now);
  if (!turn) return fail(turn.error());
  const Instant until = line::kept_until(*turn, now);
  if (*own && (*own)->kept_until >= until) return {};  // nothing to write, so nothing to wait for
  const Result<void> stands =
      *own ? keep_longer(connection, **own, until) : come(connection, holder, line, now, until);
  return stands ? drop_lapsed(connection, now) : stands;
}

Result<void> leave_all_lines(Connection& connection, const UserHash& holder) {
  Result<Query> query = connection.query("DELETE FROM waiting WHERE holder = ?");
  if (query) query->bind(holder.text());
  return run(std::move(query));
}

Result<bool> waits(Connection& connection, const UserHash& holder, Instant now) {
  Result<Query> query =
      connection.query("SELECT EXISTS (SELECT 1 FROM waiting WHERE holder = ? AND kept_until > ?)");
  if (query) query->bind(holder.text()).bind(seconds_of(now));
  return one_integer(std::move(query)).map([](std::int64_t found) { return found == 1; });
}

Result<std::optional<Place>> place_of(Connection& connection, const UserHash& holder,
                                      const AllocationRules& rules, Instant now) {
  const std::string line = line::name_of(rules.pool);
  const auto own = standing_of(connection, holder, line, now);
  if (!own) return fail(own.error());
  if (!*own) return std::optional<Place>{};
  const auto ahead = before(connection, line, (*own)->arrival, now);
  if (!ahead) return fail(ahead.error());
  const auto all = before(connection, line, kLast, now);
  if (!all) return fail(all.error());
  const auto turn = turn_of(connection, holder, *ahead, rules, now);
  if (!turn) return fail(turn.error());
  return Place{*ahead + 1, *all, (*own)->since, (*own)->kept_until, *turn};
}

Result<std::uint64_t> waiting_for(Connection& connection, const PrefixPool& pool, Instant now) {
  return before(connection, line::name_of(pool), kLast, now);
}

}  // namespace peerlab::sqlite
