#include <fmt/format.h>

#include "cli/verbs.h"
#include "wire/event_documents.h"

namespace peerlab::cli {
namespace {

// What it happened to.
std::string object_of(const wire::MemberEvent& event) {
  if (event.prefix) return event.prefix->text();
  return event.asn ? "AS" + event.asn->text() : "";
}

std::vector<Cell> row_of(const wire::MemberEvent& event) {
  const std::string object = object_of(event), actor = event.by_operator ? "operator" : "member";
  const std::string end = event.window ? rfc3339(event.window->end()) : "";
  return {{rfc3339(event.at), shown_time(event.at)},
          {event.kind, event.kind},
          {object, object},
          {end, event.window ? shown_time(event.window->end()) : ""},
          {actor, actor},
          {event.note, event.note}};
}

}  // namespace

Attempt<void> events(const Call& call, int limit) {
  const std::string path = fmt::format("/api/user/events?limit={}", limit);
  const Attempt<http::Response> answer = ask_as_member(call, {http::Method::Get, path});
  if (!answer) return complain(answer.error());
  const auto told = wire::parse_member_events(answer->body);
  if (!told) return complain(unreadable(path, told.error()));
  Table table{{"at", "kind", "of", "until", "by", "note"}, {}};
  for (const wire::MemberEvent& event : *told) table.rows.push_back(row_of(event));
  return print(call, spelled_list(table, call.style));
}

}  // namespace peerlab::cli
