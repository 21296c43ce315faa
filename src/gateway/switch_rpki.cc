#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {
namespace {

std::string_view said_of(const RpkiSwitch& made) {
  if (made.lease.rpki) return made.changed ? "RPKI ROA enabled" : "RPKI ROA already enabled";
  return made.changed ? "RPKI ROA disabled" : "RPKI ROA already disabled";
}

}  // namespace

// PUT /api/user/prefix/{prefix}/rpki: a wrong request is told what is wrong with it also where no
// ROAs are published.
Settled switch_rpki(const Call& call, const Member& member) {
  const auto prefix = prefix_named(call.captured);
  if (!prefix) return Refusing{prefix.error()};
  const auto body = json_body(call.request);
  if (!body) return Refusing{body.error()};
  const auto enabled = wire::parse_rpki_request(*body);
  if (!enabled) return refuse(enabled.error());
  if (!call.services.offer.publishes_roas) {
    return refuse(wire::ProblemType::NotConfigured, "RPKI management is not configured",
                  "this platform publishes no ROAs: the setting is off for every prefix");
  }
  const Result<RpkiSwitch> made =
      call.services.ledger.switch_rpki(member.user(), *prefix, *enabled, call.now);
  if (!made) {
    return refuse(made.error(), {{ErrorKind::NotFound, "Active prefix lease not found"}});
  }
  return json_response(
      wire::encode(wire::RpkiState{*prefix, made->lease.rpki, std::string{said_of(*made)}}));
}

}  // namespace peerlab::gateway
