#include "gateway/pools.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

std::string names_for(const Offer& offer, const Member& member) {
  std::string names{kDefaultPool};
  for (const NamedPool& pool : offer.named_pools) {
    if (admits(pool, member)) names += ", " + pool.name;
  }
  return names;
}

}  // namespace

std::vector<PoolByName> all_pools(const Offer& offer) {
  std::vector<PoolByName> all{{kDefaultPool, offer.rules.pool}};
  for (const NamedPool& pool : offer.named_pools) all.push_back({pool.name, pool.blocks});
  return all;
}

bool admits(const NamedPool& pool, const Member& member) {
  return pool.reserved_for.empty() || member.has_any_of(pool.reserved_for);
}

std::vector<const PrefixPool*> pools_for(const Offer& offer, const Member& member) {
  std::vector<const PrefixPool*> kept, open{&offer.rules.pool};
  for (const NamedPool& pool : offer.named_pools) {
    if (admits(pool, member)) (pool.reserved_for.empty() ? open : kept).push_back(&pool.blocks);
  }
  kept.insert(kept.end(), open.begin(), open.end());
  return kept;
}

tl::expected<const PrefixPool*, Refused> pool_named(const Offer& offer, std::string_view name,
                                                    const Member& member) {
  if (name == kDefaultPool) return &offer.rules.pool;
  const auto found = std::ranges::find(offer.named_pools, name, &NamedPool::name);
  if (found == offer.named_pools.end()) {
    return refuse(wire::ProblemType::UnknownPool, "",
                  fmt::format("there is no pool '{}': you may have a /48 of {}", printable(name),
                              names_for(offer, member)));
  }
  if (admits(*found, member)) return &found->blocks;
  return refuse(wire::ProblemType::PoolReserved, "",
                fmt::format("the pool '{}' is kept for {}: you may have a /48 of {}", found->name,
                            fmt::join(found->reserved_for, ", "), names_for(offer, member)));
}

}  // namespace peerlab::gateway
