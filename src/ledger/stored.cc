#include "ledger/stored.h"

namespace peerlab::stored {

Result<HoldingMember> seen_by_routers(MemberRow member, const Seal& seal) {
  const Result<Secret> unsealed = seal.open(member.sealed_subject);
  if (!unsealed) return fail(unsealed.error());
  const Result<Subject> subject = Subject::parse(unsealed->reveal());
  if (!subject) return fail(subject.error());
  if (member.record.suspension) member.record.leases.clear();
  return HoldingMember{*subject, member.record.assignment, std::move(member.record.leases)};
}

}  // namespace peerlab::stored
