#include "policy/reason.h"

#include <algorithm>
#include <array>

namespace peerlab::policy {
namespace {

constexpr std::array kReasons{
    ReasonEntry{Reason::PrefixTooLong, "prefix-too-long",
                "The prefix is longer (more specific) than what may be announced.",
                "Announce the whole /48 that you leased, not a part of it."},
    ReasonEntry{Reason::PrefixTooShort, "prefix-too-short",
                "The prefix is shorter (wider) than what may be announced.",
                "Announce exactly the /48 that you leased; a wider prefix holds other people's "
                "addresses."},
    ReasonEntry{Reason::BogonPrefix, "bogon-prefix",
                "The prefix is set aside (documentation, private or reserved use) and never "
                "belongs in the Internet's table.",
                "Look at what your export filter lets through: it should be your leased /48 and "
                "nothing else."},
    ReasonEntry{Reason::BogonAsn, "bogon-asn",
                "The AS path holds a number that no network may use, such as 0 or 23456.",
                "Remove that number from what your router prepends."},
    ReasonEntry{Reason::PathTooLong, "path-too-long", "The AS path is longer than four.",
                "Prepend your own ASN at most three times: it then stands in the path four times."},
    ReasonEntry{Reason::EmptyPath, "empty-path", "The AS path is empty.",
                "Configure the session as external BGP with the ASN the platform gave you; your "
                "router then puts it into the path by itself."},
    ReasonEntry{Reason::FirstAsIsNotPeer, "first-as-is-not-peer",
                "The AS path does not begin with your own ASN.",
                "Announce your prefix as your own; do not rewrite the path and do not pass on "
                "routes you learned from others."},
    ReasonEntry{Reason::NextHop, "next-hop", "The next hop is not your own address.",
                "Leave the next hop alone, or set it to your own address on the overlay."},
    ReasonEntry{Reason::OutsidePool, "outside-pool", "The prefix is no /48 of the platform's pool.",
                "Announce exactly the /48 that `peerlab prefix list` shows, with its length "
                "of 48."},
    ReasonEntry{Reason::ForeignAsnInPath, "foreign-asn-in-path",
                "The AS path holds an ASN that is not yours.",
                "Originate the prefix from your own ASN (`peerlab asn get`), and prepend nothing "
                "but that."},
    ReasonEntry{Reason::RpkiInvalid, "rpki-invalid",
                "RPKI says that this network may not originate this prefix (a ROA names another "
                "ASN or a shorter length).",
                "Nothing is wrong in your router: tell the platform's operator that the pool's ROA "
                "does not match."},
    ReasonEntry{Reason::TransitFreeAsn, "transit-free-asn",
                "A route server passed on a route through a network that buys transit from nobody.",
                "One of the route server's clients leaks; tell the route server's operator."},
    ReasonEntry{Reason::TooManyCommunities, "too-many-communities",
                "The route carries too many communities.",
                "Send only the platform's own large communities; all others are removed anyway."},
    ReasonEntry{Reason::NoActiveLease, "no-active-lease",
                "You hold no lease on this prefix at this time.",
                "See what you hold with `peerlab prefix list`, or lease one with `peerlab prefix "
                "request`; then announce exactly that /48."},
    ReasonEntry{Reason::LeaseEnded, "lease-ended", "Your lease on this prefix has ended.",
                "Lease again with `peerlab prefix request`, and stop announcing the old prefix."},
    ReasonEntry{Reason::UnknownNode, "unknown-node",
                "The platform knows no member for the machine this session comes from.",
                "Sign in on this machine's overlay client with the same account as in the portal, "
                "and ask for an ASN."},
    ReasonEntry{Reason::TooManyChanges, "too-many-changes",
                "Your prefix was announced and withdrawn too often in a short time.",
                "Wait until the quarantine ends, and look for what makes your router flap; other "
                "networks would suppress your prefix for much longer."},
    ReasonEntry{Reason::TooManyPrefixes, "too-many-prefixes",
                "You sent more than 16 routes: your export filter leaks what you learned.",
                "Export only your leased /48 (filter ExportToIXP in our client configuration); the "
                "session comes back by itself."},
};

constexpr bool sorted_by_number() {
  for (std::size_t i = 1; i < kReasons.size(); ++i) {
    if (number_of(kReasons[i - 1].reason) >= number_of(kReasons[i].reason)) return false;
  }
  return true;
}
static_assert(sorted_by_number());

}  // namespace

std::span<const ReasonEntry> all_reasons() { return kReasons; }

const ReasonEntry& describe(Reason reason) {
  return *std::ranges::find(kReasons, reason, &ReasonEntry::reason);
}

std::optional<Reason> reason_numbered(std::uint32_t number) {
  const auto* const found = std::ranges::find(
      kReasons, number, [](const ReasonEntry& entry) { return number_of(entry.reason); });
  if (found == kReasons.end()) return std::nullopt;
  return found->reason;
}

}  // namespace peerlab::policy
