// Why a route or a session is refused: closed and numbered, IXP-Manager's numbers where they exist
// (POLICY.md 1.5).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace peerlab::policy {

enum class Reason : std::uint16_t {
  PrefixTooLong = 1,
  PrefixTooShort = 2,
  BogonPrefix = 3,
  BogonAsn = 4,
  PathTooLong = 5,
  EmptyPath = 6,
  FirstAsIsNotPeer = 7,
  NextHop = 8,
  OutsidePool = 9,
  ForeignAsnInPath = 10,
  RpkiInvalid = 13,
  TransitFreeAsn = 14,  // said of routes from the world only
  TooManyCommunities = 15,
  NoActiveLease = 100,
  LeaseEnded = 101,
  UnknownNode = 102,
  TooManyChanges = 103,
  TooManyPrefixes = 104,
};

struct ReasonEntry {
  Reason reason;
  std::string_view slug;      // "no-active-lease": for machines and documents
  std::string_view sentence;  // what is wrong, to the member
  std::string_view advice;    // what the member does next
};

// The one table that BIRD's communities, logs, API, portal, command line and documents are fed
// from.
[[nodiscard]] std::span<const ReasonEntry> all_reasons();
[[nodiscard]] const ReasonEntry& describe(Reason reason);
[[nodiscard]] std::optional<Reason> reason_numbered(std::uint32_t number);
[[nodiscard]] constexpr std::uint32_t number_of(Reason reason) {
  return static_cast<std::uint32_t>(reason);
}

// The function of the large community (platform's AS, 1101, reason).
inline constexpr std::uint32_t kReasonFunction = 1101;

}  // namespace peerlab::policy
