#include <fmt/format.h>

#include "cli/member_record.h"
#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> asn_request(const Call& call) {
  const Attempt<http::Response> answer = ask_as_member(call, {http::Method::Post, "/api/user/asn"});
  if (!answer) return complain(answer.error());
  const Result<wire::AsnAnswer> given = wire::parse_asn_answer(answer->body);
  if (!given) return complain(unreadable("/api/user/asn", given.error()));
  note(call, given->message);
  if (call.style.format == Format::Json) {
    return print(call, spelled_document(answer->body, call.style));
  }
  const std::int64_t number = given->asn.number();
  return print(call,
               spelled_record({{"asn"}, {{{number, fmt::format("AS{}", number)}}}}, call.style));
}

}  // namespace peerlab::cli
