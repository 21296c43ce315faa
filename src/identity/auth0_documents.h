// What is said to Auth0 and what it answers, as values (WIRE.md 2.5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/user_hash.h"

namespace peerlab::identity {

// A token of the client credentials grant, to be replaced before it expires.
struct MachineToken {
  Secret text;
  Instant renew_at;  // a tenth of its life early, five minutes at most
};

// Unavailable where the document has no bearer token that lives.
[[nodiscard]] Result<MachineToken> parse_machine_token(std::string_view document, Instant now);

struct DirectoryUser {
  UserHash user;
  // Absent unless Auth0 calls it verified, and where it is no plain address of visible ASCII: who
  // could choose its text or claim a stranger's would be taken for others by routers that join on
  // it.
  std::optional<std::string> email;
};

// The answer of GET /api/v2/users (a list) and of GET /api/v2/users/{id} (one object).  Unavailable
// where it is neither; a user without a usable id is left out.
[[nodiscard]] Result<std::vector<DirectoryUser>> parse_directory_users(std::string_view document);

// user_id:("a" OR "b"), in the query string syntax of Auth0's search engine v3.
[[nodiscard]] std::string search_query(const std::vector<Subject>& subjects);

}  // namespace peerlab::identity
