#include "base/digest.h"

#include <sodium.h>

#include <bit>

namespace peerlab {
namespace {

[[maybe_unused]] const int kSodiumStarted = ::sodium_init();

std::string hex(const std::uint8_t* bytes, std::size_t count) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(count * 2, '0');
  for (std::size_t i = 0; i < count; ++i) {
    text[2 * i] = kDigits[bytes[i] >> 4U];
    text[2 * i + 1] = kDigits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return hex(digest.data(), digest.size());
}

std::uint64_t short_hash(std::string_view bytes) {
  using Key = std::array<unsigned char, crypto_shorthash_KEYBYTES>;
  static const Key key = [] {
    Key drawn;
    crypto_shorthash_keygen(drawn.data());
    return drawn;
  }();
  static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t));
  std::array<unsigned char, crypto_shorthash_BYTES> digest;
  crypto_shorthash(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                   bytes.size(), key.data());
  return std::bit_cast<std::uint64_t>(digest);
}

std::array<std::uint8_t, 32> private_hash(std::string_view bytes) {
  using Key = std::array<unsigned char, crypto_generichash_KEYBYTES>;
  static const Key key = [] {
    Key drawn;
    crypto_generichash_keygen(drawn.data());
    return drawn;
  }();
  std::array<std::uint8_t, 32> digest{};
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), key.data(),
                     key.size());
  return digest;
}

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  return hex(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
}

}  // namespace peerlab
