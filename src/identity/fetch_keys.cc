#include "identity/fetch_keys.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"

namespace peerlab::identity {
namespace {

constexpr std::size_t kDocumentMost = 256U << 10U;

Result<std::string> get(const http::Client& client, std::string url, const KeySource& source) {
  http::ClientRequest request;
  request.url = std::move(url);
  request.headers.add("Accept", "application/json");
  request.timeout = source.patience;
  request.connect_timeout = source.patience;
  request.body_limit = kDocumentMost;
  auto answer = client.send(request);
  if (!answer) return fail(std::move(answer.error()));
  if (answer->status != 200) {
    return fail(ErrorKind::Unavailable, fmt::format("it answered {}", answer->status));
  }
  return std::move(answer->body);
}

// Where a key set may be had from: an issuer behind TLS cannot send us to a place without.
bool is_as_safe(std::string_view uri, std::string_view issuer) {
  return uri.starts_with("https://") ||
         (uri.starts_with("http://") && !issuer.starts_with("https://"));
}

Result<std::string> discover(const http::Client& client, const KeySource& source) {
  const std::string_view slash = source.issuer.ends_with('/') ? "" : "/";
  const auto body = get(
      client, fmt::format("{}{}.well-known/openid-configuration", source.issuer, slash), source);
  if (!body) return fail(body.error());
  const auto document = parse_json(*body);
  if (!document || !document->is_object()) {
    return fail(ErrorKind::Unavailable, "its discovery document is not a JSON object");
  }
  const auto issuer = text_member(document->get_object(), "issuer");
  if (issuer != source.issuer) {
    return fail(ErrorKind::Unavailable,
                fmt::format("its discovery document is of the issuer '{}': configure exactly that",
                            printable(issuer.value_or(""), 200)));
  }
  auto uri = text_member(document->get_object(), "jwks_uri");
  if (!uri || !is_as_safe(*uri, source.issuer)) {
    return fail(ErrorKind::Unavailable,
                "its discovery document has no jwks_uri as safe as the issuer's own URL");
  }
  return *std::move(uri);
}

}  // namespace

Result<KeySet> fetch_keys(const http::Client& client, const KeySource& source) {
  auto uri = source.jwks_uri.empty() ? discover(client, source) : source.jwks_uri;
  if (!uri) return fail(std::move(uri.error()));
  const auto body = get(client, *std::move(uri), source);
  if (!body) return fail(body.error());
  return KeySet::parse(*body);
}

}  // namespace peerlab::identity
