#include "gateway/health.h"

namespace peerlab::gateway {

Result<void> health_of_ledger(const Services& services) {
  const Result<void> answer = services.ledger.ping();
  if (answer) return {};
  return fail(ErrorKind::Unavailable, "the ledger does not answer", answer.error().cause);
}

Result<void> health_of_issuer(const Services& services) {
  if (services.keys.known()) return {};
  return fail(ErrorKind::Unavailable, "no signing key of the issuer is known yet");
}

Result<void> health_of_directory(const Services& services) {
  if (!services.mappings.sources().emails.lookups().failing) return {};
  return fail(ErrorKind::Unavailable, "the e-mail directory did not answer when it was last asked");
}

}  // namespace peerlab::gateway
