#include "identity/written_token.h"

#include <fmt/format.h>
#include <sodium.h>

#include <boost/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/text.h"

namespace peerlab::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t kTokenMost = 8U << 10U;

Failure refuse(std::string detail) { return fail(ErrorKind::Unauthenticated, std::move(detail)); }

// Strict: no padding, no blanks, and the unused bits of the last character are zero.  Else one
// signature could be written in several ways.
std::optional<std::string> decode(std::string_view part) {
  std::string bytes(part.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), part.data(),
                        part.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

// Media types are compared without case, and `application/` may be left out (RFC 7515, 4.1.9).
bool is_token_type(std::string_view text) {
  constexpr std::string_view kPrefix = "application/";
  const std::string type = lowercase(text);
  const std::string_view name =
      type.starts_with(kPrefix) ? std::string_view{type}.substr(kPrefix.size()) : type;
  return name == "jwt" || name == "at+jwt";
}

Result<void> read_header(std::string_view text, WrittenToken& token) {
  const Result<json::value> parsed = parse_json(text);
  if (!parsed || !parsed->is_object()) return refuse("the token's header is not a JSON object");
  const json::object& header = parsed->get_object();
  if (header.contains("crit")) return refuse("the token asks for an extension unknown here");
  const json::value* const type = header.if_contains("typ");
  if (type != nullptr && !(type->is_string() && is_token_type(type->get_string()))) {
    return refuse("the token is of another type than JWT");
  }
  const json::value* const algorithm = header.if_contains("alg");
  token.algorithm = algorithm != nullptr && algorithm->is_string()
                        ? algorithm_named(algorithm->get_string())
                        : nullptr;
  if (token.algorithm == nullptr) return refuse("the token is not signed in a way accepted here");
  const json::value* const key_id = header.if_contains("kid");
  if (key_id != nullptr && !key_id->is_string()) return refuse("the token's key id is no text");
  if (key_id != nullptr) token.key_id = key_id->get_string();
  return {};
}

}  // namespace

Result<WrittenToken> read_token(std::string_view text) {
  if (text.size() > kTokenMost) {
    return refuse(fmt::format("the token is longer than {} bytes", kTokenMost));
  }
  const auto [header_part, rest] = split_once(text, '.');
  const auto [claims_part, signature_part] = split_once(rest, '.');
  const auto header = decode(header_part);
  auto claims = decode(claims_part);
  const auto signature = decode(signature_part);
  if (!header || !claims || !signature) return refuse("this is no signed token");
  WrittenToken token{text, nullptr, {}, std::move(*claims), signature->size()};
  if (auto read = read_header(*header, token); !read) return fail(std::move(read.error()));
  return token;
}

}  // namespace peerlab::identity
