#include "confgen/session_orders.h"

#include <fmt/format.h>

#include <algorithm>

namespace peerlab::confgen {
namespace {

using std::chrono::seconds;

constexpr std::string_view kLimitExceeded = "Route limit exceeded";
constexpr std::string_view kOurs = "PeerLab: ";  // a communication begins so

bool is_members(const bird::ShownSession& session) {
  return session.name.starts_with("peerlab_") && !session.name.starts_with("peerlab_sibling_") &&
         session.neighbour && session.neighbour->in_overlay();
}

class Orders {
 public:
  Orders(const SessionsSeen& seen, Closings& closings) : seen_{seen}, closings_{closings} {}

  void about(const bird::ShownSession& session) {
    if (leaked_since_last(session)) return close_for_leak(session);
    const bool stuck =
        session.established() && std::ranges::count(seen_.stuck, *session.neighbour) > 0;
    if (stuck) return close_stuck(session);
    const Closing* const closing = closings_.of(*session.neighbour);
    const bool kept = closing != nullptr && closing->held() && closing->in_force(seen_.now);
    const bool down = session.state == "down";
    if (kept && !down) say(session, "disable", *closing);
    if (!kept && down && session.message.starts_with(kOurs)) let_in(session);
  }

  [[nodiscard]] const SessionOrders& given() const { return given_; }

 private:
  // BIRD closed it, and lets nobody in yet.  How long it has been so is not told: BIRD spreads its
  // waits at random.
  [[nodiscard]] bool leaked_since_last(const bird::ShownSession& session) const {
    if (!session.error_wait || session.last_error.find(kLimitExceeded) == std::string::npos) {
      return false;
    }
    const Closing* const known = closings_.of(*session.neighbour);
    return known == nullptr || known->mark != session.since;
  }

  void close_for_leak(const bird::ShownSession& session) {
    const Closing closing =
        closings_.close({.neighbour = *session.neighbour,
                         .asn = session.neighbour_as,
                         .offence = Offence::TooManyPrefixes,
                         .since = seen_.now,
                         .mark = session.since},
                        seen_.now + std::chrono::ceil<seconds>(session.error_wait->left));
    log(session, closing);
    if (closing.held()) say(session, "disable", closing);
  }

  void close_stuck(const bird::ShownSession& session) {
    const Closing closing = closings_.close({.neighbour = *session.neighbour,
                                             .asn = session.neighbour_as,
                                             .offence = Offence::StuckReader,
                                             .since = seen_.now},
                                            seen_.now);
    log(session, closing);
    say(session, closing.held() ? "disable" : "restart", closing);
  }

  void say(const bird::ShownSession& session, std::string_view verb, const Closing& closing) {
    given_.commands.push_back(
        fmt::format("{} {} \"{}\"", verb, session.name, communication(closing)));
  }

  void let_in(const bird::ShownSession& session) {
    given_.commands.push_back("enable " + session.name);
    given_.lines.push_back(
        fmt::format("session {} of {} may come back", session.name, session.neighbour->text()));
  }

  void log(const bird::ShownSession& session, const Closing& closing) {
    given_.lines.push_back(fmt::format("session {} of {} is closed, {} in a row, until {}: {}",
                                       session.name, session.neighbour->text(), closing.times,
                                       rfc3339(closing.until), describe(closing.offence).sentence));
  }

  const SessionsSeen& seen_;
  Closings& closings_;
  SessionOrders given_;
};

}  // namespace

SessionOrders order(const SessionsSeen& seen, Closings& closings) {
  closings.forget(seen.now);
  Orders orders{seen, closings};
  for (const bird::ShownSession& session : seen.sessions) {
    if (is_members(session)) orders.about(session);
  }
  return orders.given();
}

}  // namespace peerlab::confgen
