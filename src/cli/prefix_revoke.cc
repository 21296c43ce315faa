#include <fmt/format.h>

#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> prefix_revoke(const Call& call, const Prefix48& prefix) {
  Attempt<http::Response> answer = ask_as_member(
      call, {http::Method::Delete, "/api/user/prefix/" + http::percent_encode(prefix.text())});
  if (answer) {
    note(call, fmt::format("{} is given back", prefix.text()));
    return {};
  }
  if (answer.error().exit_code == ExitCode::NotFound) {
    answer.error().next = "what you hold: peerlab prefix list";
  }
  return complain(std::move(answer.error()));
}

}  // namespace peerlab::cli
