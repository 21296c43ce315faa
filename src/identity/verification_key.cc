#include "identity/verification_key.h"

#include <cjose/jws.h>
#include <openssl/err.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"

namespace peerlab::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t kRsaBitsLeast = 2048;

struct ReleaseToken {
  void operator()(cjose_jws_t* token) const { cjose_jws_release(token); }
};
using ImportedToken = std::unique_ptr<cjose_jws_t, ReleaseToken>;

bool is_for_signatures(const json::object& jwk) {
  const json::value* const use = jwk.if_contains("use");
  if (use != nullptr && *use != "sig") return false;
  const json::value* const operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return true;
  return operations->is_array() &&
         std::ranges::any_of(operations->get_array(),
                             [](const json::value& one) { return one == "verify"; });
}

// Only what makes the public key: nothing else of a stranger's object reaches the C library.
json::object public_part(const json::object& jwk, std::initializer_list<const char*> names) {
  json::object part;
  for (const char* const name : names) {
    if (const auto text = text_member(jwk, name)) part[name] = *text;
  }
  return part;
}

}  // namespace

std::shared_ptr<const VerificationKey> VerificationKey::parse(const json::value& value) {
  if (!value.is_object() || !is_for_signatures(value.get_object())) return nullptr;
  const json::object& jwk = value.get_object();
  const auto type = text_member(jwk, "kty");
  if (type != "RSA" && type != "EC") return nullptr;

  const std::shared_ptr<VerificationKey> key{new VerificationKey};
  key->id_ = text_member(jwk, "kid").value_or("");
  key->only_algorithm_ = text_member(jwk, "alg").value_or("");
  key->type_ = type == "RSA" ? KeyType::Rsa : KeyType::EllipticCurve;
  const std::string text =
      json::serialize(type == "RSA" ? public_part(jwk, {"kty", "n", "e"})
                                    : public_part(jwk, {"kty", "crv", "x", "y"}));
  cjose_err error{};
  key->key_.reset(cjose_jwk_import(text.data(), text.size(), &error));
  if (key->key_ == nullptr) {
    ERR_clear_error();
    return nullptr;
  }
  const std::size_t bits = cjose_jwk_get_keysize(key->key_.get(), &error);
  if (key->type_ == KeyType::Rsa) {
    if (bits < kRsaBitsLeast) return nullptr;
    key->signature_size_ = bits / 8;
  } else {
    key->curve_ = text_member(jwk, "crv").value_or("");
    key->signature_size_ = 2 * ((bits + 7) / 8);
  }
  return key;
}

bool VerificationKey::fits(const Algorithm& algorithm) const {
  return type_ == algorithm.type && curve_ == algorithm.curve &&
         (only_algorithm_.empty() || only_algorithm_ == algorithm.name);
}

// cjose reads the header a second time; no name being there twice, it reads the same algorithm.
// Threads may share the key: cjose takes it const and counts no reference while it verifies, and
// what OpenSSL caches in an RSA key (its Montgomery form) it guards by the key's own lock.
bool VerificationKey::signed_by_owner(const WrittenToken& token) const {
  // cjose 0.6.2 believes the length: it reads past a short PS signature and takes an ES signature
  // padded with zeros.
  if (token.signature_size != signature_size_) return false;
  cjose_err error{};
  const ImportedToken imported{cjose_jws_import(token.text.data(), token.text.size(), &error)};
  const bool good = imported != nullptr && cjose_jws_verify(imported.get(), key_.get(), &error);
  // Else the next user of OpenSSL on this thread finds our failure in the queue.
  if (!good) ERR_clear_error();
  return good;
}

}  // namespace peerlab::identity
