#include "identity/auth0_rate_limit.h"

#include <algorithm>

#include "base/text.h"
#include "http/date.h"

namespace peerlab::identity {
namespace {

using std::chrono::seconds;

// Longer than any window of Auth0's limits: a wrong clock must not stop look-ups for good.
constexpr seconds kLongestRest = std::chrono::hours{1};

std::optional<seconds> number_in(const http::Response& answer, std::string_view field) {
  const auto number = parse_decimal<std::uint32_t>(answer.headers.find(field).value_or(""));
  return number ? std::optional{seconds{*number}} : std::nullopt;
}

std::optional<seconds> retry_after(const http::Response& answer, Instant now) {
  if (const auto said = number_in(answer, "Retry-After")) return said;
  const auto date = http::parse_http_date(answer.headers.find("Retry-After").value_or(""));
  return date ? std::optional{*date - now} : std::nullopt;
}

std::optional<seconds> until_reset(const http::Response& answer, Instant now) {
  const bool exhausted =
      answer.status == 429 || number_in(answer, "x-ratelimit-remaining") == seconds{0};
  const auto reset = number_in(answer, "x-ratelimit-reset");  // Unix time
  return exhausted && reset ? std::optional{*reset - now.time_since_epoch()} : std::nullopt;
}

}  // namespace

std::optional<seconds> rest_after(const http::Response& answer, Instant now) {
  auto rest = retry_after(answer, now);
  if (!rest) rest = until_reset(answer, now);
  return rest ? std::optional{std::clamp(*rest, seconds{1}, kLongestRest)} : std::nullopt;
}

}  // namespace peerlab::identity
