#include "base/digest.h"
#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/pools.h"
#include "gateway/request_key.h"
#include "gateway/standing.h"
#include "ledger/allocation.h"
#include "wire/member_documents.h"

namespace peerlab::gateway {
namespace {

using Pools = std::vector<const PrefixPool*>;

tl::expected<Pools, Refused> pools_asked_for(const Offer& offer, const wire::LeaseRequest& asked,
                                             const Member& member) {
  if (!asked.pool) return pools_for(offer, member);
  const auto pool = pool_named(offer, *asked.pool, member);
  if (!pool) return Refusing{pool.error()};
  return Pools{*pool};
}

// Of what was asked for, however it was spelled.
std::string digest_of(const wire::LeaseRequest& asked) {
  return sha256_hex("lease " + wire::encode(asked));
}

// A member's first lease needs an ASN as well, and that pool may be the empty one.
bool no_asn_is_left(const Error& error, const AllocationRules& rules) {
  return error == allocation::asns_exhausted(rules.asns).value();
}

// Of the pools' refusals the one that ends first.
Error sooner(const Error& one, const Error& other) {
  const bool others =
      other.retry_after && (!one.retry_after || *other.retry_after < *one.retry_after);
  return others ? other : one;
}

// From the first pool that has one.
Result<LeaseGrant> lease_of(const Call& call, const Member& member, const LeaseWindow& window,
                            const Pools& pools, const std::optional<RequestKey>& key) {
  AllocationRules rules = call.services.offer.rules;
  std::optional<Error> refused;
  for (const PrefixPool* const pool : pools) {
    rules.pool = *pool;
    Result<LeaseGrant> grant =
        call.services.ledger.lease_prefix(member.subject(), window, rules, key);
    if (grant || grant.error().kind != ErrorKind::Exhausted ||
        no_asn_is_left(grant.error(), rules)) {
      return grant;
    }
    refused = refused ? sooner(*refused, grant.error()) : grant.error();
  }
  return fail(*std::move(refused));
}

// In the pools' lines, of which the one whose turn comes first speaks.
Refusing nothing_free(Error error, const std::optional<Place>& place, const Call& call) {
  std::optional<Instant> frees_at;
  if (error.retry_after) frees_at = call.now + *error.retry_after;
  if (place) error.detail = told(*place, frees_at);
  if (place && place->turn) {
    error.retry_after = std::max(*place->turn - call.now, std::chrono::seconds{1});
  }
  Refusing refusing = refuse(error, {{ErrorKind::Exhausted, "No available prefixes at this time"}});
  refusing.value().problem.frees_at = frees_at;
  if (place) refusing.value().problem.in_line = spelled(*place);
  return refusing;
}

Refusing not_leased(const Error& error, const Member& member, const Pools& pools,
                    const Call& call) {
  if (error == allocation::other_request_of_this_key().value()) {
    return refuse(wire::ProblemType::KeyOfAnotherRequest, "", error.detail);
  }
  if (error.kind == ErrorKind::Exhausted && !no_asn_is_left(error, call.services.offer.rules)) {
    return nothing_free(error, first_turn(pools, member.user(), call), call);
  }
  return refuse(error, {{ErrorKind::QuotaReached, "Maximum lease limit reached."},
                        {ErrorKind::Exhausted, "No available ASNs at this time"}});
}

Settled answer_with(const Call& call, const LeaseGrant& grant) {
  http::Response response = json_response(wire::encode(
      wire::LeaseAnswer{grant.lease.prefix, grant.lease.window, "Prefix leased successfully"}));
  if (grant.replayed) {
    response.headers.add("Idempotency-Replayed", "true");
    return response;
  }
  ++call.services.tally.leases_created;
  if (grant.assignment.since == call.now) ++call.services.tally.asns_assigned;
  return response;
}

Settled lease_for(const Call& call, const Member& member, const wire::LeaseRequest& asked,
                  const std::optional<RequestKey>& key) {
  const auto pools = pools_asked_for(call.services.offer, asked, member);
  if (!pools) return Refusing{pools.error()};
  const auto window =
      LeaseWindow::starting(call.now, asked.term.length(call.services.offer.leased_hour));
  const Result<LeaseGrant> grant = lease_of(call, member, window, *pools, key);
  return grant ? answer_with(call, *grant) : not_leased(grant.error(), member, *pools, call);
}

}  // namespace

// POST /api/user/prefix
Settled lease_prefix(const Call& call, const Member& member) {
  const auto key = request_key(call.request);
  if (!key) return Refusing{key.error()};
  const auto body = json_body(call.request);
  if (!body) return Refusing{body.error()};
  const auto asked = wire::parse_lease_request(*body);
  if (!asked) return refuse(asked.error());
  if (!*key) return lease_for(call, member, *asked, std::nullopt);
  const auto held = call.services.admission.keys.hold(member.user(), **key);
  if (!held) return Refusing{held.error()};
  return lease_for(call, member, *asked, RequestKey{**key, digest_of(*asked)});
}

}  // namespace peerlab::gateway
