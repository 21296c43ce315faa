#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "cli/lease_shown.h"
#include "cli/verbs.h"
#include "wire/member_documents.h"

namespace peerlab::cli {
namespace {

using std::chrono::seconds;

// Somebody ahead may stay away, and a lease be given back: so often it is asked at least.
constexpr std::chrono::minutes kBetweenQuestions{1};

// Where the platform refused because it has none and knows when it has one again.
struct EmptyPool {
  Instant frees_at;
  std::optional<wire::LinePlace> in_line;  // an older gateway has no line

  [[nodiscard]] Instant turn() const {
    return in_line && in_line->turn_at ? *in_line->turn_at : frees_at;
  }
};

std::optional<EmptyPool> empty_pool(const Complaint& complaint) {
  if (complaint.exit_code != ExitCode::Refused) return std::nullopt;
  const wire::Problem problem = wire::parse_problem(503, complaint.document);
  if (!problem.frees_at) return std::nullopt;
  return EmptyPool{*problem.frees_at, problem.in_line};
}

Complaint with_advice(Complaint refused, bool waited) {
  if (refused.exit_code != ExitCode::Refused) return refused;
  if (!empty_pool(refused)) {
    refused.next = "what you hold: peerlab prefix list";
  } else if (waited) {
    refused.exit_code = ExitCode::TimedOut;
  } else {
    refused.next = "--wait 2h stands in line for you";
  }
  return refused;
}

std::string place_told(const wire::LinePlace& place) {
  return fmt::format("{} in line of {}", ordinal(place.place), place.waiting);
}

// Stands in line for the member, and says where whenever that is somewhere else.
class Waiting {
 public:
  Waiting(const Call& call, seconds patience)
      : call_{call}, ends_{call.around.clock.now() + patience} {}

  // False: longer than the member wants to wait.
  [[nodiscard]] bool until(const EmptyPool& pool) {
    const Instant now = call_.around.clock.now();
    const Instant turn = std::max(pool.turn(), now + seconds{1});
    if (turn > ends_) return false;
    tell(pool, now);
    const seconds rest = turn - now;
    call_.around.sleep(pool.in_line ? std::min<seconds>(rest, kBetweenQuestions) : rest);
    return true;
  }

 private:
  void tell(const EmptyPool& pool, Instant now) {
    const std::string place = pool.in_line ? place_told(*pool.in_line) : "";
    if (place == told_ && turn_ == pool.turn()) return;
    told_ = place;
    turn_ = pool.turn();
    if (!pool.in_line) {
      note(call_, fmt::format("all are leased: waiting for the next, which frees at {} ({})",
                              shown_time(turn_), remaining(turn_, now)));
      return;
    }
    note(call_, fmt::format("all are leased: waiting, {}; your turn should be at {} ({}). Stop "
                            "here, and your place is kept until {}",
                            place, shown_time(turn_), remaining(turn_, now),
                            shown_time(pool.in_line->kept_until)));
  }

  const Call& call_;
  Instant ends_;
  std::string told_;
  Instant turn_;
};

}  // namespace

Attempt<void> prefix_request(const Call& call, const LeaseTerm& term, const LeaseWish& wish) {
  wire::LeaseRequest request{term};
  if (!wish.pool.empty()) request.pool = wish.pool;
  const Question question{http::Method::Post, "/api/user/prefix", wire::encode(request),
                          random_hex(16)};
  Waiting waiting{call, wish.wait};
  for (;;) {
    const Attempt<http::Response> answer = ask_as_member(call, question);
    if (answer) return show_lease(call, question, *answer);
    const auto empty = empty_pool(answer.error());
    if (!empty || !waiting.until(*empty)) {
      return complain(with_advice(answer.error(), wish.wait > seconds{0}));
    }
  }
}

}  // namespace peerlab::cli
