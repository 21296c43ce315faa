#include "cli/member_record.h"

namespace peerlab::cli {

Attempt<wire::MemberRecord> member_record(const Call& call) {
  const Attempt<http::Response> answer = ask_as_member(call, {http::Method::Get, "/api/user/info"});
  if (!answer) return complain(answer.error());
  Result<wire::MemberRecord> record = wire::parse_member_record(answer->body);
  if (!record) return complain(unreadable("/api/user/info", record.error()));
  return *std::move(record);
}

}  // namespace peerlab::cli
