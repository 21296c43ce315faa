#include "wire/audit_documents.h"

#include <boost/json.hpp>

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

std::string encode(const Chain& chain) {
  json::object object{{"length", chain.length}, {"head", chain.head}, {"first_broken", nullptr}};
  if (chain.first_broken) object["first_broken"] = *chain.first_broken;
  return json::serialize(object);
}

Result<Chain> parse_chain(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const Result<std::uint64_t> length = position_at(*object, "length");
  if (!length) return fail(length.error());
  Result<std::string> head = text_at(*object, "head");
  if (!head) return fail(head.error());
  Chain chain{*length, *std::move(head)};
  if (present(*object, "first_broken") != nullptr) {
    const Result<std::uint64_t> broken = position_at(*object, "first_broken");
    if (!broken) return fail(broken.error());
    chain.first_broken = *broken;
  }
  return chain;
}

}  // namespace peerlab::wire
