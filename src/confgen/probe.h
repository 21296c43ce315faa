// Does BIRD do what the new policy says, and does it still do what it did?  Asked between
// `configure timeout` and `configure confirm`.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "bird/control_socket.h"

namespace peerlab::confgen {

// What BIRD was before it read the new policy.
struct Before {
  std::set<std::string> established;  // names of BGP protocols
};

// Unprocessable where the running BIRD is no version that reads our policy; else the socket's
// error.
[[nodiscard]] Result<Before> look_before(bird::ControlSocket& bird);

// The texts of two policies, as they stand in files: what to ask is read out of them, so that a
// file of yesterday is probed like one of now.
struct PolicyTexts {
  std::string_view old_text;
  std::string_view new_text;
};

struct Findings {
  std::optional<std::string> failure = {};   // one clause; nullopt: all is well
  std::optional<std::string> left_out = {};  // a question this server cannot be asked
};

// A lease of the new policy is in force and one that is not in it is not; each upstream and route
// server that was established still is; of the members' sessions that the new policy keeps, no more
// than half (and no more than one) are gone.  What the socket itself does wrong is an error.
[[nodiscard]] Result<Findings> probe(bird::ControlSocket& bird, const Before& before,
                                     const PolicyTexts& texts);

}  // namespace peerlab::confgen
