#include <fmt/format.h>

#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/named.h"
#include "wire/holder_document.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;

// Long enough that no server's clock and no transaction under way can still add to it.
constexpr std::chrono::seconds kSettled = 60s;

// What is over stays as it is; a lease in force may still be revoked or renewed.
bool can_still_change(const wire::Holder& holder, Instant now) {
  if (holder.at + kSettled > now) return true;
  return holder.held && holder.held->window.end() + kSettled > now;
}

}  // namespace

// GET /api/prefixes/{prefix}/holder
Settled show_holder(const Call& call) {
  const auto prefix = prefix_named(call.captured);
  if (!prefix) return Refusing{prefix.error()};
  Instant at = call.now;
  if (const auto said = call.request.parameter("at")) {
    const Result<Instant> read = parse_rfc3339(*said);
    if (!read) {
      return refuse(wire::ProblemType::ValueNotAllowed, "",
                    "'at' takes a time such as 2026-11-23T14:06:44Z");
    }
    at = *read;
  }
  if (at > call.now) {
    return refuse(wire::ProblemType::ValueNotAllowed, "",
                  fmt::format("'at' is in the future: here it is {}", rfc3339(call.now)));
  }
  const auto tenure = call.services.ledger.oversight().tenure_of(*prefix, at);
  if (!tenure) return refuse(tenure.error());
  wire::Holder holder{*prefix, at};
  if (*tenure) holder.held = {(*tenure)->member, (*tenure)->asn, (*tenure)->window};
  http::Response response = json_response(wire::encode(holder));
  response.headers.add("Cache-Control",
                       can_still_change(holder, call.now) ? "no-store" : "public, max-age=86400");
  return response;
}

}  // namespace peerlab::gateway
