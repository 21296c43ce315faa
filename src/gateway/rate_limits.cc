#include "gateway/rate_limits.h"

#include <fmt/format.h>

namespace peerlab::gateway {
namespace {

std::size_t place_of(Purse purse) { return static_cast<std::size_t>(purse); }

Refused too_many(Purse purse, const Allowance& allowance, std::chrono::seconds wait) {
  const std::string_view who = purse == Purse::Member ? "this member" : "this address";
  Refused refused{
      wire::make_problem(wire::ProblemType::TooManyRequests, "",
                         fmt::format("{} may ask {} times in {} s: ask again in {} s", who,
                                     allowance.requests, allowance.window.count(), wait.count()))};
  refused.headers.add("Retry-After", std::to_string(wait.count()));
  return refused;
}

}  // namespace

std::string_view name_of(Purse purse) {
  switch (purse) {
    case Purse::Address:
      return "address";
    case Purse::Health:
      return "health";
    case Purse::Member:
      return "member";
  }
  return "";
}

RateLimiter::RateLimiter(const RateLimits& limits) {
  if (limits.per_address) {
    buckets_[place_of(Purse::Address)].emplace(*limits.per_address);
    buckets_[place_of(Purse::Health)].emplace(*limits.per_address);
  }
  if (limits.per_member) buckets_[place_of(Purse::Member)].emplace(*limits.per_member);
}

std::optional<TokenBuckets::Draw> RateLimiter::draw(Purse purse, std::string_view owner,
                                                    TokenBuckets::Steady::time_point now) {
  std::optional<TokenBuckets>& buckets = buckets_[place_of(purse)];
  return buckets ? std::optional{buckets->draw(owner, now)} : std::nullopt;
}

const Allowance& RateLimiter::allowance(Purse purse) const {
  return buckets_[place_of(purse)].value().allowance();
}

std::optional<Refused> Toll::pay(Purse purse, std::string_view owner) {
  const auto draw = limiter_.draw(purse, owner, now_);
  if (!draw) return std::nullopt;
  drawn_.push_back({purse, *draw});
  if (draw->granted) return std::nullopt;
  empty_ = purse;
  return too_many(purse, limiter_.allowance(purse), draw->wait);
}

void Toll::tell(http::Headers& headers) const {
  std::string policies, states;
  for (const auto& [purse, draw] : drawn_) {
    const Allowance& allowance = limiter_.allowance(purse);
    const std::string_view comma = policies.empty() ? "" : ", ";
    policies += fmt::format("{}\"{}\";q={};w={}", comma, name_of(purse), allowance.requests,
                            allowance.window.count());
    states +=
        fmt::format("{}\"{}\";r={};t={}", comma, name_of(purse), draw.left, draw.wait.count());
  }
  if (drawn_.empty()) return;
  headers.add("RateLimit-Policy", std::move(policies));
  headers.add("RateLimit", std::move(states));
}

}  // namespace peerlab::gateway
