#include <fmt/format.h>

#include "cli/member_record.h"
#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> asn_get(const Call& call) {
  const Attempt<wire::MemberRecord> record = member_record(call);
  if (!record) return complain(record.error());
  if (!record->asn) {
    return complain(ExitCode::NotFound, "you have no ASN yet", "ask for one: peerlab asn request");
  }
  const std::int64_t number = record->asn->number();
  return print(call,
               spelled_record({{"asn"}, {{{number, fmt::format("AS{}", number)}}}}, call.style));
}

}  // namespace peerlab::cli
