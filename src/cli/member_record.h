#pragma once

#include "cli/call.h"
#include "wire/member_documents.h"

namespace peerlab::cli {

// GET /api/user/info: what the member holds.
[[nodiscard]] Attempt<wire::MemberRecord> member_record(const Call& call);

// An answer of the platform that cannot be read.
[[nodiscard]] Complaint unreadable(std::string_view question, const Error& error);

}  // namespace peerlab::cli
