// Autonomous system numbers (RFC 6793) that may stand for one network.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peerlab {

// Never 0 (RFC 7607), 23456 (AS_TRANS, RFC 6793), 65535 or 4294967295 (RFC 7300).
class Asn {
 public:
  static Result<Asn> make(std::uint32_t number);
  static Result<Asn> parse(std::string_view text);  // "65000" or "AS65000"
  static bool is_usable(std::uint32_t number);

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] std::string text() const;  // "65000"
  auto operator<=>(const Asn&) const = default;

 private:
  explicit constexpr Asn(std::uint32_t number) : number_{number} {}
  std::uint32_t number_;
};

// An inclusive range of numbers to hand out.  It may span reserved numbers: those are skipped.
class AsnRange {
 public:
  static Result<AsnRange> make(std::uint32_t first,
                               std::uint32_t last);      // holds one usable ASN at least
  static Result<AsnRange> parse(std::string_view text);  // "65000-65999"
  static AsnRange standard();                            // 65000-65999

  [[nodiscard]] std::uint32_t first() const { return first_; }
  [[nodiscard]] std::uint32_t last() const { return last_; }
  [[nodiscard]] bool contains(const Asn& asn) const;
  [[nodiscard]] std::uint32_t usable_count() const;  // without the reserved numbers
  // Numbers that RFC 6996 does not set aside, the reserved ones among them.
  [[nodiscard]] std::uint64_t outside_private_use() const;
  [[nodiscard]] std::string text() const;  // "65000-65999"
  // "999 usable (65535 is reserved), 465 outside private use; never seen outside the platform"
  [[nodiscard]] std::string description() const;
  bool operator==(const AsnRange&) const = default;

 private:
  constexpr AsnRange(std::uint32_t first, std::uint32_t last) : first_{first}, last_{last} {}
  std::uint32_t first_;
  std::uint32_t last_;
};

}  // namespace peerlab
