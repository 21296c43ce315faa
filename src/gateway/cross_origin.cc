#include "gateway/cross_origin.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

// Content-Type of JSON is none that the Fetch standard lets pass unasked.
constexpr std::string_view kRequestFields =
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id";
constexpr std::string_view kResponseFields =
    "Allow, ETag, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, "
    "WWW-Authenticate, "
    "X-Request-Id";
constexpr std::string_view kSecondsToRemember = "600";

bool could_be_authority(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._:[]"}.find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<void> AllowedOrigins::add(std::string_view origin) {
  const auto [scheme, rest] = split_once(origin, ':');
  const bool sound = (scheme == "https" || scheme == "http") && rest.starts_with("//") &&
                     could_be_authority(rest.substr(2));
  if (!sound) {
    return fail(ErrorKind::Malformed,
                fmt::format("'{}' is no origin: write scheme and host as browsers do, such as "
                            "https://portal.example.org, in small letters and without a path",
                            printable(origin)));
  }
  origins_.emplace_back(origin);
  return {};
}

bool AllowedOrigins::contain(std::string_view origin) const {
  return std::ranges::find(origins_, origin) != origins_.end();
}

void AllowedOrigins::admit(const http::Request& request, http::Response& response) const {
  if (origins_.empty()) return;
  // Also where there is no Origin: a cache must not give that answer to a page.
  response.headers.add("Vary", "Origin");
  const auto origin = request.header("Origin");
  if (!origin || !contain(*origin)) return;
  response.headers.add("Access-Control-Allow-Origin", std::string{*origin});
  response.headers.add("Access-Control-Expose-Headers", std::string{kResponseFields});
}

std::optional<http::Response> AllowedOrigins::preflight(const http::Request& request,
                                                        std::string_view methods) const {
  const auto origin = request.header("Origin");
  if (request.method != http::Method::Options || !origin || !contain(*origin) ||
      !request.header("Access-Control-Request-Method")) {
    return std::nullopt;
  }
  return http::Response{204,
                        {{"Access-Control-Allow-Methods", std::string{methods}},
                         {"Access-Control-Allow-Headers", std::string{kRequestFields}},
                         {"Access-Control-Max-Age", std::string{kSecondsToRemember}}},
                        {}};
}

}  // namespace peerlab::gateway
