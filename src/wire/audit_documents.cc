#include "wire/audit_documents.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/digest.h"
#include "wire/fields.h"
#include "wire/rows.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::object encoded(const AuditRow& row) {
  json::object object = encoded(row.event.event);
  object["actor"] = row.event.actor;
  object["position"] = row.position;
  object["member"] = row.member;
  object["line"] = row.line;
  object["link"] = row.link;
  return object;
}

Result<AuditRow> row_of(const json::object& object) {
  Result<MemberEvent> event = event_of(object);
  if (!event) return fail(event.error());
  Result<std::string> actor = text_at(object, "actor");
  if (!actor) return fail(actor.error());
  const Result<std::uint64_t> position = position_at(object, "position");
  if (!position) return fail(position.error());
  const Result<std::uint64_t> member = position_at(object, "member");
  if (!member) return fail(member.error());
  Result<std::string> line = text_at(object, "line");
  if (!line) return fail(line.error());
  Result<std::string> link = text_at(object, "link");
  if (!link) return fail(link.error());
  return AuditRow{*position,
                  {*std::move(event), *std::move(actor)},
                  *member,
                  *std::move(line),
                  *std::move(link)};
}

}  // namespace

std::string encode(const AuditPage& page) {
  json::array rows;
  for (const AuditRow& row : page.rows) rows.push_back(encoded(row));
  return encode_page("events", std::move(rows), page.next);
}

Result<AuditPage> parse_audit_page(std::string_view text) {
  AuditPage page;
  const Result<void> read = parse_page(text, "events", page.next, &row_of, page.rows);
  return read ? Result<AuditPage>{std::move(page)} : fail(read.error());
}

std::string encode(const ChainState& state) {
  json::object object{{"length", state.length}, {"head", state.head}, {"first_broken", nullptr}};
  if (state.first_broken) object["first_broken"] = *state.first_broken;
  return json::serialize(object);
}

Result<ChainState> parse_chain_state(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const Result<std::uint64_t> length = position_at(*object, "length");
  if (!length) return fail(length.error());
  Result<std::string> head = text_at(*object, "head");
  if (!head) return fail(head.error());
  ChainState state{*length, *std::move(head)};
  if (present(*object, "first_broken") != nullptr) {
    const Result<std::uint64_t> broken = position_at(*object, "first_broken");
    if (!broken) return fail(broken.error());
    state.first_broken = *broken;
  }
  return state;
}

void ChainCheck::follow(const AuditRow& row) {
  const std::uint64_t expected = state_.length + 1;
  const bool follows = row.position == expected &&
                       row.link == sha256_hex(fmt::format("{}\n{}\n", state_.head, row.line));
  if (!follows && !state_.first_broken) state_.first_broken = expected;
  state_.length = row.position;
  state_.head = row.link;
}

}  // namespace peerlab::wire
