// The keys by which operators prove who they are: each has a name, which the audit trail keeps.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace peerlab::identity {

// How an operator is called whom the issuer's token names: no key has such a name.
inline constexpr std::string_view kTokenOperator = "op-";

class OperatorKeys {
 public:
  // "NAME KEY" a line, `#` and blank lines skipped.  A name is 1 to 32 of [A-Za-z0-9._-], none that
  // the trail uses otherwise ("member", "op-…"); one may have several keys, so that one can be
  // rotated.  A key is as agents' are, and of one name only.  Malformed names the line, never the
  // key; a file without a key is Malformed too.
  static Result<OperatorKeys> parse(std::string_view text);
  static OperatorKeys none() { return OperatorKeys{{}}; }  // knows nobody

  // Whose key it is; nullopt: nobody's.  Compares with every key in the same time, whichever
  // matches.
  [[nodiscard]] std::optional<std::string> name_of(const Secret& presented) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  struct Named {
    std::string name;
    Secret key;
  };
  explicit OperatorKeys(std::vector<Named> keys) : keys_{std::move(keys)} {}
  std::vector<Named> keys_;
};

}  // namespace peerlab::identity
