// How the policy is spelled for this server's BIRD.
#pragma once

#include <span>
#include <string>

#include "bird/render.h"

namespace peerlab::confgen {

enum class Naming { Hash, Email };  // of members, in what only people read

struct Spelling {
  bird::Form form = bird::Form::Sessions;
  Naming naming = Naming::Hash;
};

// The text of the policy's file.
[[nodiscard]] std::string spelled_policy(const policy::Policy& policy,
                                         std::span<const Mapping> mappings,
                                         const policy::Server& server, const Spelling& spelling);

// One dynamic protocol has one next hop of ours for all members: the function form cannot spell a
// site with links.
[[nodiscard]] Result<void> can_spell(const policy::Site& site, const Spelling& spelling);

}  // namespace peerlab::confgen
