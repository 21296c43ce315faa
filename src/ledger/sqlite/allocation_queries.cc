#include "ledger/sqlite/allocation_queries.h"

#include "ledger/line.h"
#include "ledger/sqlite/line.h"

namespace peerlab::sqlite {
namespace {

using allocation::UsedPrefix;

std::int64_t number_of(const Prefix48& prefix) {
  return static_cast<std::int64_t>(prefix.network());
}

// One integer of one row; nullopt where there is no row.
Result<std::optional<std::int64_t>> first_integer(Query& query) {
  const Result<bool> row = query.step();
  if (!row) return fail(row.error());
  return *row ? std::optional{query.integer(0)} : std::nullopt;
}

// A cursor remembers below which number everything is known to be taken for good, so that the scan
// behind it passes each taken number once in the ledger's life.
struct Cursor {
  std::string_view read;
  std::string_view write;
  std::string_view taken;
};

constexpr Cursor kAsnCursor{
    "SELECT next_asn FROM asn_cursors WHERE first_asn = ? AND last_asn = ?",
    "INSERT INTO asn_cursors (first_asn, last_asn, next_asn) VALUES (?, ?, ?) "
    "ON CONFLICT DO UPDATE SET next_asn = excluded.next_asn",
    "SELECT 1 FROM assignments WHERE asn = ?"};

constexpr Cursor kBlockCursor{
    "SELECT next_network FROM block_cursors WHERE first_network = ? AND last_network = ?",
    "INSERT INTO block_cursors (first_network, last_network, next_network) VALUES (?, ?, ?) "
    "ON CONFLICT DO UPDATE SET next_network = excluded.next_network",
    "SELECT 1 FROM used_prefixes WHERE network = ?"};

// The first number of [first, last] that is not taken and that `usable` lets pass; last + 1 where
// there is none.
Result<std::int64_t> first_free(Connection& connection, const Cursor& cursor, std::int64_t first,
                                std::int64_t last, bool (*usable)(std::int64_t)) {
  std::int64_t next = first;
  {
    Result<Query> read = connection.query(cursor.read);
    if (!read) return fail(read.error());
    read->bind(first).bind(last);
    const Result<std::optional<std::int64_t>> stored = first_integer(*read);
    if (!stored) return fail(stored.error());
    next = stored->value_or(first);
  }
  const std::int64_t start = next;
  for (; next <= last; ++next) {
    if (!usable(next)) continue;
    Result<Query> taken = connection.query(cursor.taken);
    if (!taken) return fail(taken.error());
    taken->bind(next);
    const Result<bool> row = taken->step();
    if (!row) return fail(row.error());
    if (!*row) break;
  }
  if (next != start) {
    Result<Query> write = connection.query(cursor.write);
    if (!write) return fail(write.error());
    const Result<void> kept = write->bind(first).bind(last).bind(next).finish();
    if (!kept) return fail(kept.error());
  }
  return next;
}

bool is_usable_asn(std::int64_t number) {
  return Asn::is_usable(static_cast<std::uint32_t>(number));
}
bool is_usable_network(std::int64_t) { return true; }

Result<std::optional<Prefix48>> never_used(Connection& connection, const PrefixPool& pool) {
  for (const Ipv6Prefix& block : pool.blocks()) {
    const std::int64_t first = number_of(Prefix48::first_of(block));
    const std::int64_t last = first + (std::int64_t{1} << (48U - block.length())) - 1;
    const Result<std::int64_t> next =
        first_free(connection, kBlockCursor, first, last, &is_usable_network);
    if (!next) return fail(next.error());
    if (*next <= last) return Prefix48::from_network(static_cast<std::uint64_t>(*next));
  }
  return std::optional<Prefix48>{};
}

// Rows by rest, longest first; those outside today's pool are passed over.
Result<std::optional<UsedPrefix>> first_in_pool(Query& rows, const PrefixPool& pool) {
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<UsedPrefix>{};
    const Prefix48 prefix = Prefix48::from_network(static_cast<std::uint64_t>(rows.integer(0)));
    const Result<UserHash> holder = UserHash::parse(rows.text(2));
    if (!holder) return fail(holder.error());
    if (pool.contains(prefix)) {
      return UsedPrefix{prefix, Instant{std::chrono::seconds{rows.integer(1)}}, *holder};
    }
  }
}

// Of anybody's, the first that is free after `after`.
Result<std::optional<UsedPrefix>> first_free_after(Connection& connection, const PrefixPool& pool,
                                                   Instant after) {
  Result<Query> rows = connection.query(
      "SELECT network, free_from, last_holder FROM used_prefixes "
      "WHERE free_from > ? ORDER BY free_from, network");
  if (!rows) return fail(rows.error());
  rows->bind(after.time_since_epoch().count());
  return first_in_pool(*rows, pool);
}

}  // namespace

Result<std::optional<Asn>> choose_asn(Connection& connection, const AsnRange& pool) {
  const Result<std::int64_t> next =
      first_free(connection, kAsnCursor, pool.first(), pool.last(), &is_usable_asn);
  if (!next) return fail(next.error());
  if (*next > pool.last()) return std::optional<Asn>{};
  const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(*next));
  return asn ? Result<std::optional<Asn>>{*asn} : fail(asn.error());
}

Result<std::vector<UsedPrefix>> longest_rested(Connection& connection, const PrefixPool& pool,
                                               std::uint64_t most) {
  Result<Query> rows = connection.query(
      "SELECT network, free_from, last_holder FROM used_prefixes ORDER BY free_from, network");
  if (!rows) return fail(rows.error());
  std::vector<UsedPrefix> by_rest;
  while (by_rest.size() < most) {
    const auto next = first_in_pool(*rows, pool);
    if (!next) return fail(next.error());
    if (!*next) break;
    by_rest.push_back(**next);
  }
  return by_rest;
}

Result<std::optional<UsedPrefix>> own_longest_free(Connection& connection, const PrefixPool& pool,
                                                   const UserHash& holder, Instant after) {
  Result<Query> rows = connection.query(
      "SELECT network, free_from, last_holder FROM used_prefixes "
      "WHERE last_holder = ? AND free_from > ? ORDER BY free_from, network");
  if (!rows) return fail(rows.error());
  rows->bind(holder.text()).bind(after.time_since_epoch().count());
  return first_in_pool(*rows, pool);
}

Result<std::optional<Prefix48>> choose_prefix(Connection& connection, const UserHash& holder,
                                              const AllocationRules& rules, Instant now) {
  using Chosen = std::optional<Prefix48>;
  const auto back = own_longest_free(connection, rules.pool, holder, now - rules.cool_down_floor);
  if (!back) return fail(back.error());
  if (*back && allocation::only_its_holders(**back, rules, now)) return (*back)->prefix;
  const Result<Chosen> fresh = never_used(connection, rules.pool);
  if (!fresh || *fresh) return fresh;
  const auto ahead = ahead_of(connection, holder, rules.pool, now);
  if (!ahead) return fail(ahead.error());
  if (*ahead > 0) return choose_in_line(connection, *ahead, rules, now);
  const auto rest = longest_rested(connection, rules.pool, 1);
  if (!rest) return fail(rest.error());
  if (rest->empty()) return Chosen{};
  const UsedPrefix& first = rest->front();
  if (allocation::rested(first, rules, now)) return first.prefix;
  const auto own = own_longest_free(connection, rules.pool, holder, Instant{});
  if (!own) return fail(own.error());
  if (*own && allocation::leasable(**own, holder, rules, now)) return (*own)->prefix;
  return allocation::leasable(first, holder, rules, now) ? Chosen{first.prefix} : std::nullopt;
}

Result<std::optional<Instant>> next_free(Connection& connection, const UserHash& holder,
                                         const AllocationRules& rules, Instant now) {
  std::optional<Instant> next;
  const auto sooner = [&](Instant one) { next = next ? std::min(*next, one) : one; };
  const auto own = own_longest_free(connection, rules.pool, holder, now);
  if (!own) return fail(own.error());
  if (*own) sooner((*own)->free_from);
  const Instant rested_now = now - rules.cool_down_floor;
  const auto others = first_free_after(connection, rules.pool, rested_now);
  if (!others) return fail(others.error());
  if (*others) sooner(allocation::anybodys_from((*others)->free_from, rules));
  const auto kept = longest_rested(connection, rules.pool, 1);
  if (!kept) return fail(kept.error());
  if (!kept->empty() && kept->front().free_from <= rested_now) {
    sooner(line::kept_no_longer_from(kept->front().free_from, rules));
  }
  return next;
}

}  // namespace peerlab::sqlite
