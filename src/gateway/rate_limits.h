// Who may ask how often, and what is said about it: 429, Retry-After, and the fields of
// draft-ietf-httpapi-ratelimit-headers-11.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/refused.h"
#include "gateway/token_buckets.h"

namespace peerlab::gateway {

// Nothing: no limit.
struct RateLimits {
  std::optional<Allowance> per_address = Allowance{6000, std::chrono::seconds{60}};
  std::optional<Allowance> per_member = Allowance{120, std::chrono::seconds{10}};
};

// What a request is counted under.
enum class Purse {
  Address,  // before anybody is asked who they are, and for agent keys that are not accepted
  Health,   // the same allowance, apart: who watches is not hindered by neighbours
  Member
};
inline constexpr std::size_t kPurses = 3;

[[nodiscard]] std::string_view name_of(Purse purse);

// Any thread.
class RateLimiter {
 public:
  explicit RateLimiter(const RateLimits& limits);

  // Nothing where this is not limited.
  [[nodiscard]] std::optional<TokenBuckets::Draw> draw(Purse purse, std::string_view owner,
                                                       TokenBuckets::Steady::time_point now);
  // Where draw() gave something.
  [[nodiscard]] const Allowance& allowance(Purse purse) const;

 private:
  std::array<std::optional<TokenBuckets>, kPurses> buckets_;
};

// What one request draws on its way.
class Toll {
 public:
  using Time = TokenBuckets::Steady::time_point;
  Toll(RateLimiter& limiter, Time now) : limiter_{limiter}, now_{now} {}

  // The refusal where the purse is empty.
  [[nodiscard]] std::optional<Refused> pay(Purse purse, std::string_view owner);
  // RateLimit and RateLimit-Policy, where anything was drawn.
  void tell(http::Headers& headers) const;
  [[nodiscard]] std::optional<Purse> empty() const { return empty_; }

 private:
  struct Drawn {
    Purse purse;
    TokenBuckets::Draw draw;
  };
  RateLimiter& limiter_;
  Time now_;
  std::vector<Drawn> drawn_;
  std::optional<Purse> empty_;
};

}  // namespace peerlab::gateway
