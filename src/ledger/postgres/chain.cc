// The chain of events: linked here, since the server knows no canonical line.
#include <fmt/format.h>

#include "ledger/postgres/postgres_oversight.h"
#include "ledger/postgres/rows.h"

namespace peerlab::postgres {
namespace {

constexpr std::size_t kBatch = 1000;

struct Head {
  std::int64_t position = 0;
  std::string link = first_link();
};

Result<Head> head_of(Pool& pool) {
  const Result<Rows> rows = pool.ask(embedded::postgres_chain_head, {}, Repeated::Harmless);
  if (!rows) return fail(rows.error());
  return rows->size() == 0 ? Head{} : Head{rows->integer(0, 0), rows->text(0, 1)};
}

Result<Rows> chain_rows(Pool& pool, std::uint64_t position, std::size_t limit) {
  return pool.ask(embedded::postgres_chain_after,
                  Values{}.add(clamped(position)).add(static_cast<std::int64_t>(limit)),
                  Repeated::Harmless);
}

// Columns of an event first, empty where it is missing; then position and link.
constexpr int kPosition = 10, kLink = 11;

std::optional<std::string> line_in(const Rows& rows, int row) {
  if (rows.is_null(row, 0)) return std::nullopt;
  const Result<Event> event = event_in(rows, row, 0);
  return event ? std::optional{canonical(*event)} : std::nullopt;
}

// What is unsealed, linked behind the head; how many, or nothing where somebody else was faster.
Result<std::optional<std::size_t>> seal_batch(Pool& pool) {
  // First: what another seals from here on moves the head, so that this batch is refused.
  const Result<Head> head = head_of(pool);
  if (!head) return fail(head.error());
  const Result<Rows> unsealed =
      pool.ask(embedded::postgres_unsealed_events, {}, Repeated::Harmless);
  if (!unsealed) return fail(unsealed.error());
  if (unsealed->size() == 0) return std::size_t{0};
  std::string events, links, link = head->link;
  for (int row = 0; row < unsealed->size(); ++row) {
    const Result<Event> event = event_in(*unsealed, row, 0);
    if (!event) return fail(event.error());
    link = link_of(link, *event);
    events += fmt::format("{}{}", row == 0 ? "" : ",", event->id);
    links += fmt::format("{}{}", row == 0 ? "" : ",", link);
  }
  const Result<Rows> appended =
      pool.ask(embedded::postgres_append_seals,
               Values{}.add(head->position).add("{" + events + "}").add("{" + links + "}"),
               Repeated::Harmless);  // the second time finds another head
  if (!appended) return fail(appended.error());
  if (appended->integer(0, 0) == 0) return std::optional<std::size_t>{};
  return static_cast<std::size_t>(unsealed->size());
}

}  // namespace

Result<std::size_t> PostgresOversight::seal_events() {
  for (std::size_t sealed = 0;;) {
    const auto batch = seal_batch(pool_);
    if (!batch) return fail(batch.error());
    sealed += batch->value_or(0);
    // What comes meanwhile is the next call's: members who write all the time keep nobody in here.
    if (*batch && **batch < kBatch) return sealed;
  }
}

Result<std::vector<SealedEvent>> PostgresOversight::chain_after(std::uint64_t position,
                                                                std::size_t limit) const {
  const Result<Rows> rows = chain_rows(pool_, position, limit);
  if (!rows) return fail(rows.error());
  std::vector<SealedEvent> some;
  for (int row = 0; row < rows->size(); ++row) {
    if (rows->is_null(row, 0)) continue;  // verify_chain says where one is missing
    Result<Event> event = event_in(*rows, row, 0);
    if (!event) return fail(event.error());
    some.push_back({static_cast<std::uint64_t>(rows->integer(row, kPosition)), std::move(*event),
                    rows->text(row, kLink)});
  }
  return some;
}

Result<Chain> PostgresOversight::verify_chain() const {
  Chain chain;
  for (;;) {
    const Result<Rows> rows = chain_rows(pool_, chain.length, kBatch);
    if (!rows) return fail(rows.error());
    if (rows->size() == 0) return chain;
    for (int row = 0; row < rows->size(); ++row) {
      chain.follow(static_cast<std::uint64_t>(rows->integer(row, kPosition)),
                   rows->text(row, kLink), line_in(*rows, row));
    }
  }
}

}  // namespace peerlab::postgres
