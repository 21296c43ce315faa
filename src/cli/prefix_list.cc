#include <fmt/format.h>

#include "base/text.h"
#include "cli/member_record.h"
#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> prefix_list(const Call& call) {
  const Attempt<wire::MemberRecord> record = member_record(call);
  if (!record) return complain(record.error());
  const Instant now = call.around.clock.now();
  Table table{{"prefix", "expires", "rpki"}, {}};
  for (const wire::ActiveLease& lease : record->leases) {
    const std::string prefix = lease.prefix.text();
    const Instant end = lease.window.end();
    const std::string rpki = lease.rpki_enabled ? "enabled" : "disabled";  // in JSON too: scripts
    table.rows.push_back(
        {{prefix, prefix},
         {rfc3339(end), fmt::format("{} ({})", shown_time(end), remaining(end, now))},
         {rpki, rpki}});
  }
  for (const wire::WaitingIn& line : record->waiting) {
    note(call,
         fmt::format("you are {} in line of {} for one of the pool {}; your place is kept until {}",
                     ordinal(line.place.place), line.place.waiting, printable(line.pool),
                     shown_time(line.place.kept_until)));
  }
  return print(call, spelled_list(table, call.style));
}

}  // namespace peerlab::cli
