#pragma once

#include "cli/call.h"
#include "wire/member_documents.h"

namespace peerlab::cli {

// GET /api/user/info: what the member holds.
[[nodiscard]] Attempt<wire::MemberRecord> member_record(const Call& call);

}  // namespace peerlab::cli
