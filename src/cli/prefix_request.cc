#include <fmt/format.h>

#include "base/digest.h"
#include "cli/lease_shown.h"
#include "cli/verbs.h"
#include "wire/member_documents.h"

namespace peerlab::cli {
namespace {

// When the platform has one again, where it refused because it has none and knows that.
std::optional<Instant> frees_at(const Complaint& complaint) {
  return complaint.exit_code == ExitCode::Refused
             ? wire::parse_problem(503, complaint.document).frees_at
             : std::nullopt;
}

Complaint with_advice(Complaint refused, bool waited) {
  if (refused.exit_code != ExitCode::Refused) return refused;
  if (!frees_at(refused)) {
    refused.next = "what you hold: peerlab prefix list";
  } else if (waited) {
    refused.exit_code = ExitCode::TimedOut;
  } else {
    refused.next = "--wait 1h asks again when it frees";
  }
  return refused;
}

}  // namespace

// Whoever asks first gets what frees: nobody has a place in line, so it is asked until it is given.
Attempt<void> prefix_request(const Call& call, const LeaseTerm& term, const LeaseWish& wish) {
  wire::LeaseRequest request{term};
  if (!wish.pool.empty()) request.pool = wish.pool;
  const Question question{http::Method::Post, "/api/user/prefix", wire::encode(request),
                          random_hex(16)};
  const Instant patience_ends = call.around.clock.now() + wish.wait;
  for (;;) {
    const Attempt<http::Response> answer = ask_as_member(call, question);
    if (answer) return show_lease(call, question, *answer);
    const auto free = frees_at(answer.error());
    if (!free || *free > patience_ends) {
      return complain(with_advice(answer.error(), wish.wait > std::chrono::seconds{0}));
    }
    const Instant now = call.around.clock.now();
    note(call, fmt::format("all are leased: waiting for the next, which frees at {} ({})",
                           shown_time(*free), remaining(*free, now)));
    call.around.sleep(std::max(*free - now, std::chrono::seconds{1}));
  }
}

}  // namespace peerlab::cli
