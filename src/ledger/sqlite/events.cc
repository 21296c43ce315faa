#include "ledger/sqlite/events.h"

#include <fmt/format.h>

#include "ledger/sqlite/rows.h"

namespace peerlab::sqlite {
namespace {

std::optional<std::int64_t> seconds_if(const std::optional<LeaseWindow>& window,
                                       Instant (LeaseWindow::*edge)() const) {
  return window ? std::optional{seconds_of((*window.*edge)())} : std::nullopt;
}

}  // namespace

Event new_event(EventKind kind, std::uint64_t member, Instant at, std::string_view actor) {
  return {0, at, kind, member, std::string{actor}};
}

Event new_event(EventKind kind, std::uint64_t member, Instant at, std::string_view actor,
                const Lease& lease) {
  Event event = new_event(kind, member, at, actor);
  event.prefix = lease.prefix;
  event.window = lease.window;
  return event;
}

Result<void> tell(Connection& connection, const Event& event) {
  Result<Query> insert = connection.query(
      "INSERT INTO events (id, at, kind, member, actor, asn, network, begin_time, end_time, note) "
      "VALUES ((SELECT coalesce(max(id), 0) + 1 FROM events), ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (insert) {
    insert->bind(seconds_of(event.at)).bind(name_of(event.kind));
    insert->bind(static_cast<std::int64_t>(event.member)).bind(event.actor);
    insert->bind(event.asn ? std::optional{std::int64_t{event.asn->number()}} : std::nullopt);
    insert->bind(event.prefix ? std::optional{number_of(*event.prefix)} : std::nullopt);
    insert->bind(seconds_if(event.window, &LeaseWindow::begin));
    insert->bind(seconds_if(event.window, &LeaseWindow::end)).bind(event.note);
  }
  return run(std::move(insert));
}

Result<std::vector<Event>> events_before(Connection& connection, std::uint64_t member,
                                         std::optional<std::uint64_t> before, std::size_t limit) {
  Result<Query> query = connection.query(
      "SELECT id, at, kind, member, actor, asn, network, begin_time, end_time, note FROM events "
      "WHERE member = ? AND id < ? ORDER BY id DESC LIMIT ?");
  if (!query) return fail(query.error());
  constexpr auto kAfterAll = std::numeric_limits<std::uint64_t>::max();
  query->bind(static_cast<std::int64_t>(member)).bind(clamped(before.value_or(kAfterAll)));
  query->bind(static_cast<std::int64_t>(limit));
  std::vector<Event> events;
  for (;;) {
    const Result<bool> row = query->step();
    if (!row) return fail(row.error());
    if (!*row) return events;
    Result<Event> event = event_in(*query, 0);
    if (!event) return fail(event.error());
    events.push_back(std::move(*event));
  }
}

Result<Event> event_in(const Query& row, int at) {
  const auto broken = [&](const std::string& cause) {
    return fail(ErrorKind::Internal,
                fmt::format("event {} of the ledger is not what was written", row.integer(at)),
                cause);
  };
  const Result<EventKind> kind = parse_event_kind(row.text(at + 2));
  if (!kind) return broken(kind.error().detail);
  Event event{static_cast<std::uint64_t>(row.integer(at)), instant_of(row.integer(at + 1)), *kind,
              static_cast<std::uint64_t>(row.integer(at + 3)), row.text(at + 4)};
  if (!row.is_null(at + 5)) {
    const Result<Asn> asn = Asn::make(static_cast<std::uint32_t>(row.integer(at + 5)));
    if (!asn) return broken(asn.error().detail);
    event.asn = *asn;
  }
  if (!row.is_null(at + 6)) event.prefix = prefix_of(row.integer(at + 6));
  if (!row.is_null(at + 7)) {
    const auto window =
        LeaseWindow::make(instant_of(row.integer(at + 7)), instant_of(row.integer(at + 8)));
    if (!window) return broken(window.error().detail);
    event.window = *window;
  }
  event.note = row.text(at + 9);
  return event;
}

}  // namespace peerlab::sqlite
