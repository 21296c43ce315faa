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

struct MemberRecord {  // GET /api/user/info
  UserHash user;
  std::optional<Asn> asn;
  std::uint32_t max_leases = 1;
  std::vector<ActiveLease> leases;
};
[[nodiscard]] std::string encode(const MemberRecord& record);
[[nodiscard]] Result<MemberRecord> parse_member_record(std::string_view text);

struct AsnAnswer {  // POST /api/user/asn
  Asn asn;
  std::string message;
};
[[nodiscard]] std::string encode(const AsnAnswer& answer);
[[nodiscard]] Result<AsnAnswer> parse_asn_answer(std::string_view text);

struct LeaseAnswer {  // POST /api/user/prefix
  Prefix48 prefix;
  LeaseWindow window;
  std::string message;
};
[[nodiscard]] std::string encode(const LeaseAnswer& answer);
[[nodiscard]] Result<LeaseAnswer> parse_lease_answer(std::string_view text);

// {"duration_hours":4}.  The problem is 400 for text that is no JSON or a number out of range
// ("Duration must be between 1 and 24 hours"), 422 with a pointer for a wrong shape: "4", 1.0, 1.5,
// 1e9, 2^31, null, missing, named twice.
[[nodiscard]] tl::expected<LeaseTerm, Problem> parse_lease_request(std::string_view body);
[[nodiscard]] std::string encode_lease_request(const LeaseTerm& term);

// {"enabled":bool}
[[nodiscard]] tl::expected<bool, Problem> parse_rpki_request(std::string_view body);

}  // namespace peerlab::wire
