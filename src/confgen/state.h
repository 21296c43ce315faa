// What one run tells the next, beside the facts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace peerlab::confgen {

struct State {
  std::optional<std::string> accepted = {};  // digest of the policy text BIRD last accepted
  std::optional<std::string> held =
      {};  // digest of a shrinking answer that waits for its confirmation
  std::optional<std::string> told =
      {};  // digest of the skips and contradictions that were last logged
  bool operator==(const State&) const = default;
};

// What cannot be read counts as nothing: each member only saves work or waits for one more
// confirmation.
[[nodiscard]] State load_state(const std::filesystem::path& file);
[[nodiscard]] Result<void> store_state(const std::filesystem::path& file, const State& state);

}  // namespace peerlab::confgen
