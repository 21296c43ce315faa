#include "cli/lease_shown.h"

#include <fmt/format.h>

#include "wire/member_documents.h"

namespace peerlab::cli {

Attempt<void> show_lease(const Call& call, const Question& asked, const http::Response& answer) {
  const Result<wire::LeaseAnswer> lease = wire::parse_lease_answer(answer.body);
  if (!lease) return complain(unreadable(asked.path, lease.error()));
  const Instant begin = lease->window.begin(), end = lease->window.end();
  note(call, fmt::format("{}: yours until {} ({})", lease->message, shown_time(end),
                         remaining(end, call.around.clock.now())));
  if (call.style.format == Format::Json) {
    return print(call, spelled_document(answer.body, call.style));
  }
  const std::string prefix = lease->prefix.text();
  if (call.style.format == Format::Text) return print(call, prefix + "\n");
  return print(call, spelled_record({{"prefix", "start_time", "end_time"},
                                     {{{prefix, ""}, {rfc3339(begin), ""}, {rfc3339(end), ""}}}},
                                    call.style));
}

}  // namespace peerlab::cli
