#include <algorithm>

#include "gateway/endpoints.h"
#include "gateway/json_exchange.h"
#include "gateway/pools.h"
#include "ledger/allocation.h"
#include "wire/pools_document.h"

namespace peerlab::gateway {
namespace {

// A /48 that another member may have is one that has rested; where there is none, one that has
// rested for the floor at least.
wire::PoolState state_of(std::string name, const PrefixPool& pool,
                         const std::vector<PrefixUse>& use, const AllocationRules& rules,
                         Instant now) {
  wire::PoolState state{std::move(name), pool.size()};
  std::optional<Instant> next;
  for (const auto& [prefix, free_from] : use) {
    if (!pool.contains(prefix)) continue;
    ++(free_from > now ? state.leased : state.resting);
    const Instant leasable = std::max(now, allocation::anybodys_from(free_from, rules));
    if (!next || leasable < *next) next = leasable;
  }
  state.free = state.size - state.leased - state.resting;
  if (state.free == 0) state.next_frees_at = next;
  return state;
}

}  // namespace

// GET /operator/pools
Settled show_pools(const Call& call, const Operator& /*caller*/) {
  const Offer& offer = call.services.offer;
  const AllocationRules& rules = offer.rules;
  const auto use = call.services.ledger.oversight().pool_use(call.now - allocation::rest_of(rules));
  if (!use) return refuse(use.error());
  const auto taken = call.services.ledger.oversight().taken(rules.asns, call.now);
  if (!taken) return refuse(taken.error());
  wire::Pools pools{rules.asns.usable_count(), taken->asns};
  for (const PoolByName& pool : all_pools(offer)) {
    wire::PoolState state = state_of(std::string{pool.name}, pool.blocks, *use, rules, call.now);
    const auto waiting = call.services.ledger.oversight().waiting_for(pool.blocks, call.now);
    if (!waiting) return refuse(waiting.error());
    state.waiting = *waiting;
    pools.pools.push_back(std::move(state));
  }
  return json_response(wire::encode(pools));
}

}  // namespace peerlab::gateway
