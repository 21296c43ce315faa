#include "gateway/endpoints.h"
#include "gateway/member_info.h"
#include "gateway/once_told.h"

namespace peerlab::gateway {

// GET /api/user/info
Answer show_member(const Call& call, const Member& member) {
  const auto ask = [&ledger = call.services.ledger, user = member.user(), now = call.now](
                       Told<Holdings> told) { ledger.tell_holdings(user, now, std::move(told)); };
  const auto make = [services = call.services, user = member.user(),
                     now = call.now](const Result<Holdings>& holdings) -> Made {
    if (!holdings || !holdings->waits) return member_info(user, holdings, services, now);
    return Patient{[=] { return member_info(user, holdings, services, now); }};
  };
  return once_told<Holdings>(ask, make);
}

}  // namespace peerlab::gateway
