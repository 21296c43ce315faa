#include "ledger/sqlite/forgetting.h"

#include <array>

#include "base/digest.h"
#include "ledger/sqlite/events.h"
#include "ledger/sqlite/line.h"
#include "ledger/sqlite/steps.h"

namespace peerlab::sqlite {
namespace {

// ?1 is the member's hash, ?2 the name of nobody that stays.
constexpr std::array<std::string_view, 3> kRenamed{
    "UPDATE assignments SET holder = ?2, sealed_subject = x'', suspended_since = NULL, "
    "suspended_reason = NULL WHERE holder = ?1",
    "UPDATE leases SET holder = ?2 WHERE holder = ?1",
    "UPDATE used_prefixes SET last_holder = ?2 WHERE last_holder = ?1"};

}  // namespace

Result<bool> forget(Connection& connection, const UserHash& user, const std::string& by,
                    Instant now) {
  const Result<void> left = leave_all_lines(connection, user);
  if (!left) return fail(left.error());
  const auto member = find_member(connection, user);
  if (!member) return fail(member.error());
  if (!*member) return false;
  const std::uint64_t number = (*member)->record.number;
  const auto held = leases_in_force(connection, user, now);
  if (!held) return fail(held.error());
  for (const Lease& lease : *held) {
    const Result<Lease> closed = close(connection, lease, now);
    if (!closed) return fail(closed.error());
    const Result<void> told =
        tell(connection, new_event(EventKind::LeaseEnded, number, now, by, *closed));
    if (!told) return fail(told.error());
  }
  const Result<void> told = tell(connection, new_event(EventKind::Forgotten, number, now, by));
  if (!told) return fail(told.error());
  // Until the commit a lease may name a holder that is gone.
  const Result<void> deferred = connection.execute("PRAGMA defer_foreign_keys = ON");
  if (!deferred) return fail(deferred.error());
  const std::string nobody = random_hex(32);
  for (const std::string_view sql : kRenamed) {
    Result<Query> rename = connection.query(sql);
    if (rename) rename->bind(user.text()).bind(nobody);
    const Result<void> renamed = run(std::move(rename));
    if (!renamed) return fail(renamed.error());
  }
  Result<Query> requests = connection.query("DELETE FROM lease_requests WHERE holder = ?");
  if (requests) requests->bind(user.text());
  const Result<void> gone =
      run(std::move(requests)).and_then([&] { return move_version(connection); });
  return gone ? Result<bool>{true} : fail(gone.error());
}

}  // namespace peerlab::sqlite
