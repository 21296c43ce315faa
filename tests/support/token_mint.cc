#include "tests/support/token_mint.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <vector>

namespace peerlab::testing_support {
namespace {

template <auto kFree>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Freeing<&BN_free>>;

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error{std::string{"the token mint: "} + what};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string padded(const BIGNUM* number, std::size_t size) {
  std::string bytes(size, '\0');
  must(BN_bn2binpad(number, bytes_of(bytes), static_cast<int>(size)) >= 0, "number");
  return bytes;
}

std::string number_of(EVP_PKEY* pair, const char* name, std::size_t size = 0) {
  BIGNUM* got = nullptr;
  must(EVP_PKEY_get_bn_param(pair, name, &got) == 1, name);
  const Number number{got};
  return base64url(
      padded(number.get(), size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(got))));
}

// r and s side by side (RFC 7518, 3.4) instead of OpenSSL's DER.
std::string side_by_side(std::string_view der, std::size_t size) {
  const unsigned char* at = bytes_of(der);
  const std::unique_ptr<ECDSA_SIG, Freeing<&ECDSA_SIG_free>> signature{
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()))};
  must(signature != nullptr, "signature");
  return padded(ECDSA_SIG_get0_r(signature.get()), size) +
         padded(ECDSA_SIG_get0_s(signature.get()), size);
}

std::string signed_part(const Text& text) {
  return base64url(text.header) + "." + base64url(text.claims);
}

}  // namespace

struct MintKey::Pair {
  std::unique_ptr<EVP_PKEY, Freeing<&EVP_PKEY_free>> key;
  std::string curve;  // empty for RSA
  [[nodiscard]] std::size_t number_size() const {
    return static_cast<std::size_t>(EVP_PKEY_get_bits(key.get()) + 7) / 8;
  }
};

MintKey::MintKey(std::string id, std::shared_ptr<const Pair> pair)
    : id_{std::move(id)}, pair_{std::move(pair)} {
  must(pair_->key != nullptr, "key");
}

MintKey MintKey::rsa(std::string id) {
  EVP_PKEY* const made = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
  return {std::move(id), std::make_shared<Pair>(Pair{decltype(Pair::key){made}, ""})};
}

MintKey MintKey::elliptic(std::string id, std::string_view curve) {
  const std::string name{curve};
  EVP_PKEY* const made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", name.c_str());
  return {std::move(id), std::make_shared<Pair>(Pair{decltype(Pair::key){made}, name})};
}

boost::json::object MintKey::jwk() const {
  boost::json::object jwk{{"use", "sig"}};
  if (!id_.empty()) jwk["kid"] = id_;
  EVP_PKEY* const pair = pair_->key.get();
  if (pair_->curve.empty()) {
    jwk["kty"] = "RSA";
    jwk["n"] = number_of(pair, OSSL_PKEY_PARAM_RSA_N);
    jwk["e"] = number_of(pair, OSSL_PKEY_PARAM_RSA_E);
  } else {
    jwk["kty"] = "EC";
    jwk["crv"] = pair_->curve;
    jwk["x"] = number_of(pair, OSSL_PKEY_PARAM_EC_PUB_X, pair_->number_size());
    jwk["y"] = number_of(pair, OSSL_PKEY_PARAM_EC_PUB_Y, pair_->number_size());
  }
  return jwk;
}

std::string MintKey::sign(std::string_view algorithm, std::string_view bytes) const {
  const std::string hash = "SHA" + std::string{algorithm.substr(2)};
  const std::unique_ptr<EVP_MD_CTX, Freeing<&EVP_MD_CTX_free>> signing{EVP_MD_CTX_new()};
  EVP_PKEY_CTX* options = nullptr;
  must(EVP_DigestSignInit_ex(signing.get(), &options, hash.c_str(), nullptr, nullptr,
                             pair_->key.get(), nullptr) == 1,
       "algorithm");
  if (algorithm.starts_with("PS")) {
    must(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1, "padding");
    must(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1, "salt");
  }
  std::size_t size = 0;
  must(EVP_DigestSign(signing.get(), nullptr, &size, bytes_of(bytes), bytes.size()) == 1, "size");
  std::string signature(size, '\0');
  must(
      EVP_DigestSign(signing.get(), bytes_of(signature), &size, bytes_of(bytes), bytes.size()) == 1,
      "signature");
  signature.resize(size);
  return algorithm.starts_with("ES") ? side_by_side(signature, pair_->number_size()) : signature;
}

std::string key_set(std::initializer_list<boost::json::object> jwks) {
  boost::json::array keys;
  for (const boost::json::object& jwk : jwks) keys.push_back(jwk);
  return boost::json::serialize(boost::json::object{{"keys", std::move(keys)}});
}

boost::json::object claims_of(const Bearer& bearer, Instant now) {
  const std::int64_t seconds = now.time_since_epoch().count();
  return {{"iss", bearer.issuer},
          {"aud", bearer.audience},
          {"sub", bearer.subject},
          {"iat", seconds},
          {"exp", seconds + 3600}};
}

std::string mint(const MintKey& key, std::string_view algorithm,
                 const boost::json::object& claims) {
  const boost::json::object header{{"alg", algorithm}, {"typ", "JWT"}, {"kid", key.id()}};
  return mint(key, algorithm, Text{boost::json::serialize(header), boost::json::serialize(claims)});
}

std::string mint(const MintKey& key, std::string_view algorithm, const Text& text) {
  const std::string part = signed_part(text);
  return part + "." + base64url(key.sign(algorithm, part));
}

std::string mint_unsigned(const Text& text) { return signed_part(text) + "."; }

std::string mint_by_hmac(std::string_view secret, const Text& text) {
  const std::string part = signed_part(text);
  std::string code(32, '\0');
  must(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(part),
            part.size(), bytes_of(code), nullptr) != nullptr,
       "HMAC");
  return part + "." + base64url(code);
}

std::string base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), kVariant);
  text.pop_back();  // the terminating NUL that it counts
  return text;
}

}  // namespace peerlab::testing_support
