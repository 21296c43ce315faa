#include <fmt/format.h>

#include "cli/lease_shown.h"
#include "cli/verbs.h"
#include "wire/member_documents.h"

namespace peerlab::cli {

Attempt<void> prefix_renew(const Call& call, const Prefix48& prefix, const LeaseTerm& term) {
  const Question question{
      http::Method::Post,
      fmt::format("/api/user/prefix/{}/renew", http::percent_encode(prefix.text())),
      wire::encode(wire::LeaseRequest{term})};
  Attempt<http::Response> answer = ask_as_member(call, question);
  if (answer) return show_lease(call, question, *answer);
  if (answer.error().exit_code == ExitCode::NotFound) {
    answer.error().next = "what you hold: peerlab prefix list";
  }
  return complain(std::move(answer.error()));
}

}  // namespace peerlab::cli
