// Which member a machine on the overlay belongs to.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/mapping.h"
#include "domain/node.h"

namespace peerlab::policy {

struct Joined {
  const Mapping* mapping = nullptr;
  std::string_view why_not = {};  // where mapping is nullptr
};

// Joins on the provider id, then on the overlay user id the gateway minted, then on the e-mail
// (non-empty at the controller means verified; compared without case).  A provider id known on
// both sides and different is never overruled, and a key that names two members names nobody: the
// node is then left out, since a weaker key would guess.
class MemberIndex {
 public:
  // `mappings` must outlive the index.  Members of a contradiction belong in it: a node of theirs
  // must not fall through to the next key and become somebody else's.
  explicit MemberIndex(std::span<const Mapping> mappings);
  [[nodiscard]] Joined owner_of(const Node& node) const;

 private:
  template <class Key>
  using Claims = std::map<Key, std::vector<const Mapping*>>;
  Claims<std::string> by_provider_;
  Claims<std::uint64_t> by_overlay_user_;
  Claims<std::string> by_email_;
};

}  // namespace peerlab::policy
