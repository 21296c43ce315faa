// What stands between the server and the endpoints, for all of them.
#pragma once

#include "gateway/client_address.h"
#include "gateway/cross_origin.h"
#include "gateway/rate_limits.h"
#include "gateway/request_key.h"

namespace peerlab::gateway {

struct AdmissionRules {
  RateLimits rates;
  TrustedProxies proxies;
  AllowedOrigins origins;
};

struct Admission {
  explicit Admission(AdmissionRules rules)
      : limiter{rules.rates},
        proxies{std::move(rules.proxies)},
        origins{std::move(rules.origins)} {}
  RateLimiter limiter;
  const TrustedProxies proxies;
  const AllowedOrigins origins;
  KeysInFlight keys;
};

}  // namespace peerlab::gateway
