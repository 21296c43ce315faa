// A token's subject is sealed at rest: a copy of the ledger alone names nobody (DESIGN.md 3).
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace peerlab {

// libsodium's secretbox (XSalsa20-Poly1305) under one key of 32 bytes.
class Seal {
 public:
  // Reads the key, or makes one with mode 0600 where there is none.  Malformed where the file is no
  // 32-byte key, NotPermitted where others than its owner may read it.
  static Result<Seal> open_or_create(const std::filesystem::path& key_file);
  // A key that somebody else keeps, such as a credential of systemd: never made, so that no gateway
  // begins with a key of its own where it should share one.  Its group may read it, since the
  // access list through which systemd hands it over shows as that.
  static Result<Seal> open_kept(const std::filesystem::path& key_file);
  // A key that nobody else has and that ends with this value.
  static Seal ephemeral();

  [[nodiscard]] std::string close(const Secret& text) const;      // nonce and box, raw bytes
  [[nodiscard]] Result<Secret> open(std::string_view box) const;  // Internal where it is not ours

 private:
  explicit Seal(const std::array<std::uint8_t, 32>& key) : key_{key} {}
  static Result<Seal> read(const std::filesystem::path& key_file, mode_t nobody_else);
  std::array<std::uint8_t, 32> key_;
};

}  // namespace peerlab
