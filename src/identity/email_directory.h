// The port to whoever knows members' e-mail addresses.  What it says is kept in memory and nowhere
// else.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/user_hash.h"

namespace peerlab::identity {

struct DirectoryAnswer {
  // Those who were found; nullopt: found, and without a verified address.
  std::map<UserHash, std::optional<std::string>> found = {};
  std::optional<std::chrono::seconds> rest = {};  // how long it wants to be left alone now
};

class EmailDirectory {
 public:
  virtual ~EmailDirectory() = default;

  // One question about all of them, at least one.  Who is not found when asked about alone is not
  // in the directory; who is not found among others may only be too new for its index, or an odd
  // name may have spoilt the question: ask about each alone.  Unavailable or TimedOut (then a
  // shorter question may do), with retry_after where the directory said when to come back; the
  // detail names no member, and no secret.
  virtual Result<DirectoryAnswer> look_up(const std::vector<Subject>& subjects, Instant now) = 0;
};

}  // namespace peerlab::identity
