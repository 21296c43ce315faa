// What happened to members and their leases, for ever.  Nothing in it names a person.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/asn.h"
#include "domain/chain.h"
#include "domain/lease.h"

namespace peerlab {

enum class EventKind {
  AsnAssigned,
  Leased,
  Renewed,
  Revoked,       // by its holder
  LeaseEnded,    // by an operator
  RpkiSwitched,  // note: "on" or "off"
  QuotaSet,      // note: the number, or "default"
  Suspended,     // note: the reason
  Resumed,
  Forgotten
};
inline constexpr int kEventKinds = 10;

[[nodiscard]] std::string_view name_of(EventKind kind);  // "asn-assigned"
[[nodiscard]] Result<EventKind> parse_event_kind(std::string_view name);

// Written in the transaction of the change it tells.  A lease that ends by itself is no event: its
// window says so.
struct Event {
  std::uint64_t id;  // the ledger's own number, never used twice
  Instant at;
  EventKind kind;
  std::uint64_t member;  // the ledger's number of the member: it stays when the person is forgotten
  std::string actor;     // "member", or the name of the operator
  std::optional<Asn> asn = {};
  std::optional<Prefix48> prefix = {};
  std::optional<LeaseWindow> window = {};  // as it stood afterwards
  std::string note = {};                   // one line
  bool operator==(const Event&) const = default;
};

inline constexpr std::string_view kMemberItself = "member";

// What the chain seals: one line of "name=value" in a fixed order, every value escaped so that no
// two events share one.
[[nodiscard]] std::string canonical(const Event& event);

// The link of an event to all before it.
[[nodiscard]] inline std::string link_of(std::string_view previous_link, const Event& event) {
  return link_after(previous_link, canonical(event));
}

}  // namespace peerlab
