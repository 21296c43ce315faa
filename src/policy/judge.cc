#include "policy/judge.h"

#include <algorithm>

#include "policy/group.h"

namespace peerlab::policy {
namespace {

constexpr std::size_t kPathMost = 4;

bool asks(const Route& route, const Site& site, Group group) {
  const LargeCommunity wanted{site.asn.number(), kWishFunction, static_cast<std::uint32_t>(group)};
  return std::ranges::find(route.communities, wanted) != route.communities.end();
}

bool in_pool(const Site& site, const Ipv6Prefix& prefix) {
  const auto whole = Prefix48::make(prefix);
  return whole && site.pool.contains(*whole);
}

}  // namespace

Verdict judge(const Policy& policy, const Site& site, const Ipv4& neighbour, const Route& route) {
  const Rule* const rule = policy.rule_of(neighbour);
  if (!rule) return {{Reason::UnknownNode}};
  if (route.path.empty()) return {{Reason::EmptyPath}};
  if (route.path.size() > kPathMost) return {{Reason::PathTooLong}};

  Verdict verdict;
  if (!in_pool(site, route.prefix)) verdict.reasons.push_back(Reason::OutsidePool);
  const auto is_own = [&](std::uint32_t number) { return number == rule->asn.number(); };
  if (!std::ranges::all_of(route.path, is_own)) {
    verdict.reasons.push_back(Reason::ForeignAsnInPath);
  }
  if (!policy.leased(route.prefix, rule->asn)) {
    verdict.reasons.push_back(policy.in_quarantine(route.prefix, rule->asn)
                                  ? Reason::TooManyChanges
                                  : Reason::NoActiveLease);
  }
  if (!verdict.accepted()) return verdict;

  verdict.wishes = {static_cast<unsigned>(route.path.size() - 1),
                    asks(route, site, Group::Upstreams), asks(route, site, Group::RouteServers),
                    asks(route, site, Group::Members)};
  return verdict;
}

}  // namespace peerlab::policy
