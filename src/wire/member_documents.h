// Requests and answers of /api/user (COMPAT.md 1), both ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "domain/asn.h"
#include "domain/lease.h"
#include "wire/problem.h"

namespace peerlab::wire {

struct ActiveLease {
  Prefix48 prefix;
  LeaseWindow window;
  bool rpki_enabled = false;
};

struct SuspendedSince {
  Instant since;
  std::string reason;  // the operator's
  bool operator==(const SuspendedSince&) const = default;
};

struct WaitingIn {
  std::string pool;
  Instant since;
  LinePlace place;
  bool operator==(const WaitingIn&) const = default;
};

struct MemberRecord {  // GET /api/user/info
  UserHash user;
  std::optional<Asn> asn;
  std::uint32_t max_leases = 1;
  std::vector<ActiveLease> leases;
  std::optional<SuspendedSince> suspended = {};
  std::vector<WaitingIn> waiting = {};  // absent from the document where it is empty
};
[[nodiscard]] std::string encode(const MemberRecord& record);
[[nodiscard]] Result<MemberRecord> parse_member_record(std::string_view text);

struct AsnAnswer {  // POST /api/user/asn
  Asn asn;
  std::string message;
};
[[nodiscard]] std::string encode(const AsnAnswer& answer);
[[nodiscard]] Result<AsnAnswer> parse_asn_answer(std::string_view text);

struct LeaseAnswer {  // POST /api/user/prefix, and …/{prefix}/renew
  Prefix48 prefix;
  LeaseWindow window;
  std::string message;
};
[[nodiscard]] std::string encode(const LeaseAnswer& answer);
[[nodiscard]] Result<LeaseAnswer> parse_lease_answer(std::string_view text);

struct LeaseRequest {
  LeaseTerm term;
  std::optional<std::string> pool = {};  // nullopt: the platform chooses
};

// {"duration_hours":4,"pool":"staff"}.  The problem is 400 for text that is no JSON or a number out
// of range
// ("Duration must be between 1 and 24 hours"), 422 with a pointer for a wrong shape: "4", 1.0, 1.5,
// 1e9, 2^31, null, missing, named twice.
[[nodiscard]] tl::expected<LeaseRequest, Problem> parse_lease_request(std::string_view body);
[[nodiscard]] std::string encode(const LeaseRequest& request);

// {"duration_hours":4}, which a renewal counts from now on.  Problems as above.
[[nodiscard]] tl::expected<LeaseTerm, Problem> parse_renewal_request(std::string_view body);

struct RpkiState {  // PUT /api/user/prefix/{prefix}/rpki
  Prefix48 prefix;
  bool enabled;
  std::string message;
};
[[nodiscard]] std::string encode(const RpkiState& state);

// {"enabled":bool}
[[nodiscard]] tl::expected<bool, Problem> parse_rpki_request(std::string_view body);

}  // namespace peerlab::wire
