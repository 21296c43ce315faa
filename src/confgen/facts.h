// What the sources said when they last answered well.  Kept on disk, so that an ended lease leaves
// on time with gateway and Headscale down, also after a reboot (POLICY.md 4.3).
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "domain/mapping.h"
#include "domain/node.h"

namespace peerlab::confgen {

// nullopt: that source never answered yet.
struct Facts {
  std::optional<std::vector<Mapping>> mappings;
  std::optional<std::vector<Node>> nodes;
  bool operator==(const Facts&) const = default;
};

// Empty where there is no file.  Malformed where it cannot be read as facts: the caller says so and
// goes on without.
[[nodiscard]] Result<Facts> load_facts(const std::filesystem::path& file);
// What it costs to begin anew, for an operator.
inline constexpr std::string_view kWithoutFacts =
    "until both sources have answered the policy on disk stays, and what they answer first is "
    "believed, however little it is";

// What `fresh` says about members, leases and nodes that `before` knew alike: removals and new end
// times without additions.  A member with another ASN and a node with other addresses or another
// owner are left out.
[[nodiscard]] Facts known_to_both(const Facts& before, const Facts& fresh);

// Mode 0600.  Subjects are left out, a router needs none.  Unchanged facts do not touch the file.
[[nodiscard]] Result<void> store_facts(const std::filesystem::path& file, const Facts& facts);

}  // namespace peerlab::confgen
