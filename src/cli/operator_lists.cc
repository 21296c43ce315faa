#include <fmt/format.h>

#include "cli/operator_verbs.h"
#include "wire/operator_documents.h"
#include "wire/pools_document.h"

namespace peerlab::cli {
namespace {

Cell text_cell(const std::string& text) { return {text, text}; }

Cell number_cell(std::uint64_t number) {
  return {static_cast<std::int64_t>(number), std::to_string(number)};
}

Cell time_cell(const std::optional<Instant>& instant) {
  if (!instant) return {std::monostate{}, ""};
  return {rfc3339(*instant), shown_time(*instant)};
}

std::vector<Cell> row_of(const wire::OperatorMember& member) {
  const auto& suspended = member.suspended;
  return {{member.user.text(), member.user.short_text()},
          number_cell(member.number),
          number_cell(member.asn.number()),
          number_cell(member.leases.size()),
          {static_cast<std::int64_t>(member.max_leases),
           fmt::format("{}{}", member.max_leases, member.quota ? " (its own)" : "")},
          time_cell(suspended ? std::optional{suspended->since} : std::nullopt),
          text_cell(suspended ? suspended->reason : "")};
}

}  // namespace

Attempt<void> operator_members(const OperatorCall& asking, const std::string& user,
                               bool suspended) {
  const std::string path = fmt::format("/operator/members?limit=1000{}{}",
                                       user.empty() ? "" : "&user=" + http::percent_encode(user),
                                       suspended ? "&suspended=true" : "");
  const auto pages = ask_for_pages(asking, path, &wire::parse_operator_members);
  if (!pages) return complain(pages.error());
  Table table{{"user_hash", "member", "asn", "leases", "max_leases", "suspended", "reason"}, {}};
  for (const wire::OperatorMembers& page : *pages) {
    for (const wire::OperatorMember& member : page.members) table.rows.push_back(row_of(member));
  }
  return print(asking.call, spelled_list(table, asking.call.style));
}

Attempt<void> operator_leases(const OperatorCall& asking) {
  const auto pages = ask_for_pages(asking, "/operator/leases?limit=1000", &wire::parse_held_leases);
  if (!pages) return complain(pages.error());
  Table table{{"prefix", "user_hash", "member", "asn", "start_time", "end_time", "suspended"}, {}};
  for (const wire::HeldLeases& page : *pages) {
    for (const wire::HeldLease& held : page.leases) {
      table.rows.push_back({text_cell(held.lease.prefix.text()),
                            {held.user.text(), held.user.short_text()},
                            number_cell(held.member),
                            number_cell(held.asn.number()),
                            time_cell(held.lease.window.begin()),
                            time_cell(held.lease.window.end()),
                            {held.suspended, held.suspended ? "suspended" : ""}});
    }
  }
  return print(asking.call, spelled_list(table, asking.call.style));
}

Attempt<void> operator_pools(const OperatorCall& asking) {
  const std::string path = "/operator/pools";
  const auto answer = ask_as_operator(asking, {http::Method::Get, path});
  if (!answer) return complain(answer.error());
  const auto pools = wire::parse_pools(answer->body);
  if (!pools) return complain(unreadable(path, pools.error()));
  note(asking.call, fmt::format("ASNs: {} of {} are assigned", pools->asns_assigned, pools->asns));
  Table table{{"pool", "size", "leased", "resting", "free", "next_frees_at", "waiting"}, {}};
  for (const wire::PoolState& pool : pools->pools) {
    table.rows.push_back({text_cell(pool.name), number_cell(pool.size), number_cell(pool.leased),
                          number_cell(pool.resting), number_cell(pool.free),
                          time_cell(pool.next_frees_at), number_cell(pool.waiting)});
  }
  return print(asking.call, spelled_list(table, asking.call.style));
}

}  // namespace peerlab::cli
