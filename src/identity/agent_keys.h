// The keys by which IXP servers prove that they are ours: several at once, so that one can be
// rotated.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace peerlab::identity {

class AgentKeys {
 public:
  // One key a line, `#` and blank lines skipped; each at least 16 printable characters without
  // blanks.  Malformed names the line, never the key; a file without a key is Malformed too.
  static Result<AgentKeys> parse(std::string_view text);
  static Result<AgentKeys> single(Secret key);
  static AgentKeys none() { return AgentKeys{{}}; }  // accepts nobody

  // Compares with every key in the same time, whichever matches.
  [[nodiscard]] bool accept(const Secret& presented) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  explicit AgentKeys(std::vector<Secret> keys) : keys_{std::move(keys)} {}
  std::vector<Secret> keys_;
};

}  // namespace peerlab::identity
