#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace peerlab {

// SHA-256 (FIPS 180-4) of the bytes.
[[nodiscard]] std::array<std::uint8_t, 32> sha256(std::string_view bytes);

// The same as 64 lowercase hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// SipHash-2-4 under a key that this process drew for itself: for tables whose keys a stranger
// chooses, who cannot tell which of them meet.  It means nothing to another process.
[[nodiscard]] std::uint64_t short_hash(std::string_view bytes);

// BLAKE2b (RFC 7693), 32 bytes, under such a key: for remembering a secret that was presented
// without keeping it.
[[nodiscard]] std::array<std::uint8_t, 32> private_hash(std::string_view bytes);

// Random bytes from the operating system, as lowercase hexadecimal digits (two per byte).
[[nodiscard]] std::string random_hex(std::size_t bytes);

}  // namespace peerlab
