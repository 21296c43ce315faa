#include "base/text.h"
#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/query.h"
#include "gateway/readable_event.h"
#include "wire/audit_documents.h"

namespace peerlab::gateway {
namespace {

constexpr std::uint64_t kUsually = 100;

}  // namespace

// GET /operator/audit
Settled list_audit(const Call& call, const Operator& /*caller*/) {
  const auto limit = limit_asked_for(call.request, kUsually);
  if (!limit) return Refusing{limit.error()};
  const std::string_view said = call.request.parameter("after").value_or("0");
  const auto after = parse_decimal<std::uint64_t>(said);
  if (!after || *after > kLastId) {
    return refuse(wire::ProblemType::ValueNotAllowed, "",
                  "'after' takes a position: a whole number from 0 on");
  }
  const auto events = call.services.sealer.seal().and_then(
      [&] { return call.services.ledger.oversight().chain_after(*after, *limit); });
  if (!events) return refuse(events.error());
  wire::AuditPage page;
  for (const auto& [position, event, link] : *events) {
    page.rows.push_back(
        {position, readable_by_operators(event), event.member, canonical(event), link});
  }
  if (page.rows.size() == *limit) page.next = std::to_string(page.rows.back().position);
  return json_response(wire::encode(page));
}

// GET /operator/audit/verify
Settled verify_audit(const Call& call, const Operator& /*caller*/) {
  const auto chain = call.services.sealer.seal().and_then(
      [&] { return call.services.ledger.oversight().verify_chain(); });
  if (!chain) return refuse(chain.error());
  return json_response(wire::encode(*chain));
}

}  // namespace peerlab::gateway
