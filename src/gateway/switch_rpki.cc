#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {

// PUT /api/user/prefix/{prefix}/rpki: no registry is configured, so a right request is told so and
// a wrong one what is wrong with it.
Answer switch_rpki(const Call& call, const Member& /*member*/) {
  const Result<Prefix48> prefix = Prefix48::parse(call.captured);
  if (!prefix) return refuse(prefix.error(), {{ErrorKind::Malformed, "Invalid prefix format"}});
  const auto body = json_body(call.request);
  if (!body) return Refusing{body.error()};
  const auto enabled = wire::parse_rpki_request(*body);
  if (!enabled) return refuse(enabled.error());
  return refuse(wire::ProblemType::NotConfigured, "RPKI management is not configured",
                "this platform publishes no ROAs: the setting is off for every prefix");
}

}  // namespace peerlab::gateway
