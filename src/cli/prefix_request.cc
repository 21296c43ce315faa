#include <fmt/format.h>

#include "cli/member_record.h"
#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> prefix_request(const Call& call, const LeaseTerm& term) {
  Attempt<http::Response> answer = ask_as_member(
      call, {http::Method::Post, "/api/user/prefix", wire::encode_lease_request(term)});
  if (!answer) {
    if (answer.error().exit_code == ExitCode::Refused) {
      answer.error().next = "what you hold: peerlab prefix list";
    }
    return complain(std::move(answer.error()));
  }
  const Result<wire::LeaseAnswer> lease = wire::parse_lease_answer(answer->body);
  if (!lease) return complain(unreadable("/api/user/prefix", lease.error()));
  const Instant begin = lease->window.begin(), end = lease->window.end();
  note(call, fmt::format("{}: yours until {} ({})", lease->message, shown_time(end),
                         remaining(end, call.around.clock.now())));
  if (call.style.format == Format::Json) {
    return print(call, spelled_document(answer->body, call.style));
  }
  const std::string prefix = lease->prefix.text();
  if (call.style.format == Format::Text) return print(call, prefix + "\n");
  return print(call, spelled_record({{"prefix", "start_time", "end_time"},
                                     {{{prefix, ""}, {rfc3339(begin), ""}, {rfc3339(end), ""}}}},
                                    call.style));
}

}  // namespace peerlab::cli
