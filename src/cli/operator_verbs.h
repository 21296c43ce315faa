// What operators do, one function each: `peerlab operator …`.
#pragma once

#include <optional>
#include <string>

#include "cli/operator_call.h"
#include "domain/prefix48.h"

namespace peerlab::cli {

// Of these whose hash begins with `user`, and with `suspended` only those who are.
[[nodiscard]] Attempt<void> operator_members(const OperatorCall& asking, const std::string& user,
                                             bool suspended);
[[nodiscard]] Attempt<void> operator_leases(const OperatorCall& asking);
[[nodiscard]] Attempt<void> operator_pools(const OperatorCall& asking);

[[nodiscard]] Attempt<void> operator_suspend(const OperatorCall& asking, const std::string& user,
                                             const std::string& reason);
[[nodiscard]] Attempt<void> operator_resume(const OperatorCall& asking, const std::string& user);
// `most` is a number or "default".
[[nodiscard]] Attempt<void> operator_quota(const OperatorCall& asking, const std::string& user,
                                           const std::string& most);
// Asks a person at the terminal first; Usage where there is none and nobody said `yes`.
[[nodiscard]] Attempt<void> operator_forget(const OperatorCall& asking, const std::string& user,
                                            bool yes);
[[nodiscard]] Attempt<void> operator_revoke(const OperatorCall& asking, const Prefix48& prefix);

// The trail behind a position, at most so many events.
[[nodiscard]] Attempt<void> operator_audit(const OperatorCall& asking, std::uint64_t after,
                                           int limit);
// Recomputes every link from what it downloads and compares with the platform's own word.  Failed
// where a link is wrong, where `head`, a link written down earlier, is none of the chain's, or
// where the platform says another thing.
[[nodiscard]] Attempt<void> operator_audit_verify(const OperatorCall& asking,
                                                  const std::string& head);

// Anybody may ask: who held it at that time (RFC 3339; empty: now), by number.
[[nodiscard]] Attempt<void> operator_holder(const Call& call, const Prefix48& prefix,
                                            const std::string& at);

}  // namespace peerlab::cli
