// What operators are told about members and leases, both ends: by hash and number, never by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/event_documents.h"
#include "wire/member_documents.h"

namespace peerlab::wire {

struct OperatorMember {
  UserHash user;
  std::uint64_t number;  // what events call the member
  Asn asn;
  Instant since;  // of the ASN
  std::uint32_t max_leases;
  std::optional<std::uint32_t> quota = {};  // its own; nullopt: max_leases is the platform's
  std::optional<SuspendedSince> suspended = {};
  std::vector<ActiveLease> leases = {};
};

// An event with the name of whoever did it: "member", or the operator's.
struct NamedEvent {
  MemberEvent event;
  std::string actor;
};

struct OperatorMembers {  // GET /operator/members
  std::vector<OperatorMember> members;
  std::optional<std::string> next = {};  // ?after= of the following page
};
[[nodiscard]] std::string encode(const OperatorMembers& page);
[[nodiscard]] Result<OperatorMembers> parse_operator_members(std::string_view text);

// GET /operator/members/{user_hash}, with its events, and the answer to what changes it, without.
[[nodiscard]] std::string encode(const OperatorMember& member);
[[nodiscard]] std::string encode(const OperatorMember& member,
                                 const std::vector<NamedEvent>& events);
[[nodiscard]] Result<OperatorMember> parse_operator_member(std::string_view text);
// Of a member's document; none where it has none.
[[nodiscard]] Result<std::vector<NamedEvent>> parse_named_events(std::string_view text);

struct HeldLease {
  ActiveLease lease;
  UserHash user;
  std::uint64_t member;
  Asn asn;
  bool suspended;  // then no router announces it
};
struct HeldLeases {  // GET /operator/leases
  std::vector<HeldLease> leases;
  std::optional<std::string> next = {};
};
[[nodiscard]] std::string encode(const HeldLeases& page);
[[nodiscard]] Result<HeldLeases> parse_held_leases(std::string_view text);

// POST /operator/members/{user_hash}/suspend: {"reason":"leaks routes"}, one line of 1 to 200
// characters.  Problems are as those of a member's requests.
[[nodiscard]] tl::expected<std::string, Problem> parse_suspension_request(std::string_view body);
[[nodiscard]] std::string encode_suspension_request(std::string_view reason);

// PUT /operator/members/{user_hash}/quota: {"max_leases":2}, or null for the platform's.
[[nodiscard]] tl::expected<std::optional<std::uint32_t>, Problem> parse_quota_request(
    std::string_view body);
[[nodiscard]] std::string encode_quota_request(std::optional<std::uint32_t> max_leases);
inline constexpr std::uint32_t kQuotaMost = 64;

}  // namespace peerlab::wire
