#include "ledger/sqlite/chain.h"

#include "ledger/sqlite/events.h"
#include "ledger/sqlite/rows.h"

namespace peerlab::sqlite {
namespace {

struct Head {
  std::int64_t position = 0;
  std::int64_t event = 0;
  std::string link = first_link();
};

Result<Head> head_of(Connection& connection) {
  Result<Query> query =
      connection.query("SELECT position, event, link FROM seals ORDER BY position DESC LIMIT 1");
  if (!query) return fail(query.error());
  const Result<bool> row = query->step();
  if (!row) return fail(row.error());
  return *row ? Head{query->integer(0), query->integer(1), query->text(2)} : Head{};
}

// Of the columns of an event from 2 on.
std::optional<std::string> line_in(const Query& row) {
  if (row.is_null(2)) return std::nullopt;
  const Result<Event> event = event_in(row, 2);
  return event ? std::optional{canonical(*event)} : std::nullopt;
}

}  // namespace

Result<bool> anything_to_seal(Connection& connection) {
  const Result<std::int64_t> any = one_integer(connection.query(
      "SELECT EXISTS (SELECT 1 FROM events WHERE id > (SELECT coalesce(max(event), 0) FROM "
      "seals))"));
  return any ? Result<bool>{*any != 0} : fail(any.error());
}

Result<std::size_t> seal_events(Connection& connection) {
  Result<Head> head = head_of(connection);
  if (!head) return fail(head.error());
  Result<Query> unlinked = connection.query(
      "SELECT id, at, kind, member, actor, asn, network, begin_time, end_time, note FROM events "
      "WHERE id > ? ORDER BY id");
  if (!unlinked) return fail(unlinked.error());
  unlinked->bind(head->event);
  for (std::size_t sealed = 0;; ++sealed) {
    const Result<bool> row = unlinked->step();
    if (!row) return fail(row.error());
    if (!*row) return sealed;
    const Result<Event> event = event_in(*unlinked, 0);
    if (!event) return fail(event.error());
    *head = {head->position + 1, static_cast<std::int64_t>(event->id), link_of(head->link, *event)};
    Result<Query> insert =
        connection.query("INSERT INTO seals (position, event, link) VALUES (?, ?, ?)");
    if (insert) insert->bind(head->position).bind(head->event).bind(head->link);
    if (const Result<void> kept = run(std::move(insert)); !kept) return fail(kept.error());
  }
}

Result<std::vector<SealedEvent>> chain_after(Connection& connection, std::uint64_t position,
                                             std::size_t limit) {
  Result<Query> query = connection.query(
      "SELECT s.position, s.link, e.id, e.at, e.kind, e.member, e.actor, e.asn, e.network, "
      "e.begin_time, e.end_time, e.note FROM seals s JOIN events e ON e.id = s.event "
      "WHERE s.position > ? ORDER BY s.position LIMIT ?");
  if (!query) return fail(query.error());
  query->bind(clamped(position)).bind(static_cast<std::int64_t>(limit));
  std::vector<SealedEvent> some;
  for (;;) {
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row) return some;
    Result<Event> event = event_in(*query, 2);
    if (!event) return fail(event.error());
    some.push_back(
        {static_cast<std::uint64_t>(query->integer(0)), std::move(*event), query->text(1)});
  }
}

Result<Chain> verify_chain(Connection& connection) {
  Result<Query> query = connection.query(
      "SELECT s.position, s.link, e.id, e.at, e.kind, e.member, e.actor, e.asn, e.network, "
      "e.begin_time, e.end_time, e.note FROM seals s LEFT JOIN events e ON e.id = s.event "
      "ORDER BY s.position");
  if (!query) return fail(query.error());
  Chain chain;
  for (;;) {
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row) return chain;
    chain.follow(static_cast<std::uint64_t>(query->integer(0)), query->text(1), line_in(*query));
  }
}

}  // namespace peerlab::sqlite
