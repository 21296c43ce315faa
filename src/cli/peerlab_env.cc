#include <fmt/format.h>

#include "cli/member_record.h"
#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> peerlab_env(const Call& call) {
  const Attempt<wire::MemberRecord> record = member_record(call);
  if (!record) return complain(record.error());
  if (!record->asn) {
    return complain(ExitCode::NotFound, "you have no ASN yet", "ask for one: peerlab asn request");
  }
  std::string prefixes;
  for (const wire::ActiveLease& lease : record->leases) {
    prefixes += (prefixes.empty() ? "" : ",") + lease.prefix.text();
  }
  if (call.style.format == Format::Text) {
    return print(call,
                 fmt::format("USER_ASN={}\nUSER_PREFIXES={}\n", record->asn->text(), prefixes));
  }
  return print(call, spelled_record({{"USER_ASN", "USER_PREFIXES"},
                                     {{{record->asn->text(), ""}, {prefixes, ""}}}},
                                    call.style));
}

}  // namespace peerlab::cli
