#include <fmt/format.h>

#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/operator_record.h"
#include "gateway/query.h"

namespace peerlab::gateway {
namespace {

bool is_hexadecimal(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

tl::expected<MemberSearch, Refused> wanted(const http::Request& request) {
  MemberSearch wanted;
  if (const auto said = request.parameter("suspended")) {
    if (*said != "true" && *said != "false") {
      return refuse(wire::ProblemType::ValueNotAllowed, "", "'suspended' takes true or false");
    }
    wanted.suspended = *said == "true";
  }
  for (auto& [name, text] : {std::pair{"user", &wanted.user}, {"after", &wanted.after}}) {
    const auto said = request.parameter(name);
    *text = said.value_or("");
    if (!said || is_hexadecimal(*text)) continue;
    return refuse(wire::ProblemType::ValueNotAllowed, "",
                  fmt::format("'{}' takes the first digits of a user hash, in lowercase", name));
  }
  return wanted;
}

}  // namespace

// GET /operator/members
Settled list_members(const Call& call, const Operator& /*caller*/) {
  const auto asked = wanted(call.request);
  if (!asked) return Refusing{asked.error()};
  const auto limit = limit_asked_for(call.request, kRowsMost);
  if (!limit) return Refusing{limit.error()};
  const auto records = call.services.ledger.oversight().members(*asked, *limit + 1, call.now);
  if (!records) return refuse(records.error());
  wire::OperatorMembers page;
  for (const MemberRecord& record : *records) {
    if (page.members.size() == *limit) {
      page.next = page.members.back().user.text();
      break;
    }
    page.members.push_back(operator_record(record, call.services.offer));
  }
  return json_response(wire::encode(page));
}

}  // namespace peerlab::gateway
