#include "domain/asn.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace peerlab {
namespace {

constexpr std::array<std::uint32_t, 4> kReserved{0, 23456, 65535, 4294967295};

std::vector<std::uint32_t> reserved_within(std::uint32_t first, std::uint32_t last) {
  std::vector<std::uint32_t> inside;
  std::copy_if(kReserved.begin(), kReserved.end(), std::back_inserter(inside),
               [=](std::uint32_t number) { return first <= number && number <= last; });
  return inside;
}

// How many numbers two inclusive ranges share.
std::uint64_t overlap(std::uint64_t first, std::uint64_t last, std::uint64_t low,
                      std::uint64_t high) {
  const std::uint64_t begin = std::max(first, low), end = std::min(last, high);
  return begin <= end ? end - begin + 1 : 0;
}

}  // namespace

bool Asn::is_usable(std::uint32_t number) {
  return std::find(kReserved.begin(), kReserved.end(), number) == kReserved.end();
}

Result<Asn> Asn::make(std::uint32_t number) {
  if (is_usable(number)) return Asn{number};
  return fail(ErrorKind::OutOfRange,
              fmt::format("AS{} is reserved: no network may use it", number));
}

Result<Asn> Asn::parse(std::string_view text) {
  const bool prefixed = text.size() > 2 && lowercase(text.substr(0, 2)) == "as";
  const auto number = parse_decimal<std::uint32_t>(prefixed ? text.substr(2) : text);
  if (number) return make(*number);
  return fail(
      ErrorKind::Malformed,
      fmt::format("'{}' is no AS number: write a number from 1 to 4294967294, such as 65000",
                  printable(text)));
}

std::string Asn::text() const { return std::to_string(number_); }

Result<AsnRange> AsnRange::make(std::uint32_t first, std::uint32_t last) {
  if (first > last) {
    return fail(ErrorKind::OutOfRange,
                fmt::format("the ASN range {}-{} ends before it begins", first, last));
  }
  const AsnRange range{first, last};
  const std::uint64_t size = std::uint64_t{last} - first + 1;
  if (size == reserved_within(first, last).size()) {
    return fail(ErrorKind::OutOfRange,
                fmt::format("the ASN range {}-{} holds reserved numbers only", first, last));
  }
  return range;
}

Result<AsnRange> AsnRange::parse(std::string_view text) {
  const auto [first, last] = split_once(text, '-');
  const auto low = parse_decimal<std::uint32_t>(trim(first));
  const auto high = parse_decimal<std::uint32_t>(trim(last));
  if (low && high) return make(*low, *high);
  return fail(
      ErrorKind::Malformed,
      fmt::format("'{}' is no ASN range: write FIRST-LAST, such as 65000-65999", printable(text)));
}

AsnRange AsnRange::standard() { return AsnRange{65000, 65999}; }

bool AsnRange::contains(const Asn& asn) const {
  return first_ <= asn.number() && asn.number() <= last_;
}

std::uint32_t AsnRange::usable_count() const {
  const std::uint64_t size = std::uint64_t{last_} - first_ + 1;
  return static_cast<std::uint32_t>(size - reserved_within(first_, last_).size());
}

std::uint64_t AsnRange::outside_private_use() const {
  const std::uint64_t private_use =
      overlap(first_, last_, 64512, 65534) + overlap(first_, last_, 4200000000, 4294967294);
  return std::uint64_t{last_} - first_ + 1 - private_use;
}

std::string AsnRange::text() const { return fmt::format("{}-{}", first_, last_); }

std::string AsnRange::description() const {
  std::string text = fmt::format("{} usable", usable_count());
  const auto reserved = reserved_within(first_, last_);
  if (!reserved.empty()) {
    text += fmt::format(" ({} {} reserved)", fmt::join(reserved, ", "),
                        reserved.size() == 1 ? "is" : "are");
  }
  if (outside_private_use() > 0) {
    text += fmt::format(", {} outside private use; never seen outside the platform",
                        outside_private_use());
  }
  return text;
}

}  // namespace peerlab
