#include "ledger/stored.h"

namespace peerlab::stored {
namespace {

Failure with_pause(ErrorKind kind, std::string detail, std::string cause) {
  Error error{kind, std::move(detail), std::move(cause)};
  error.retry_after = std::chrono::seconds{2};
  return fail(std::move(error));
}

}  // namespace

Failure unusable(std::string cause) {
  return with_pause(ErrorKind::Unavailable, "the ledger cannot be written or read right now",
                    std::move(cause));
}

Failure unconfirmed(std::string cause) {
  return with_pause(ErrorKind::OutcomeUnknown,
                    "the ledger did not confirm: this may have been done or not, so look at what "
                    "you hold before you ask again",
                    std::move(cause));
}

Result<HoldingMember> seen_by_routers(MemberRow member, const Seal& seal) {
  const Result<Secret> unsealed = seal.open(member.sealed_subject);
  if (!unsealed) return fail(unsealed.error());
  const Result<Subject> subject = Subject::parse(unsealed->reveal());
  if (!subject) return fail(subject.error());
  if (member.record.suspension) member.record.leases.clear();
  return HoldingMember{*subject, member.record.assignment, std::move(member.record.leases)};
}

}  // namespace peerlab::stored
