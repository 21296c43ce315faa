// One odd record never stops everybody: it is left out, with its reason (POLICY.md 4).
#pragma once

#include <string>
#include <vector>

namespace peerlab {

struct Skipped {
  std::string what;  // "node 17", "mapping 7f3a91c2", "prefix 3fff:100:1::/48 of 7f3a91c2": never a
                     // name or an e-mail
  std::string reason;  // one sentence an operator can act on
  auto operator<=>(const Skipped&) const = default;
};

// What could be read, and what could not.
template <class T>
struct Readable {
  std::vector<T> records;
  std::vector<Skipped> skipped;
};

}  // namespace peerlab
