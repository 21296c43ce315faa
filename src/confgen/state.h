// What one run tells the next, beside the facts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "confgen/apply_result.h"

namespace peerlab::confgen {

struct State {
  std::optional<std::string> accepted = {};  // digest of the policy text BIRD last accepted
  std::optional<std::string> held =
      {};  // digest of a shrinking answer that waits for its confirmation
  std::optional<std::string> told =
      {};  // digest of the skips and contradictions that were last logged
  // Digest of the policy text that is being applied.  Found by a run at its start: the run before
  // was killed between the steps or BIRD did not answer it, and what BIRD runs on is not known.
  std::optional<std::string> applying = {};
  std::int64_t generation = 0;  // how many policies BIRD has accepted
  std::optional<Instant> accepted_at = {};
  ApplyCounts applies{};  // since this state began
  bool operator==(const State&) const = default;
};

// `state.json` of a state directory.
[[nodiscard]] std::filesystem::path state_file(const std::filesystem::path& state_directory);

// What cannot be read counts as nothing: each member only saves work or waits for one more
// confirmation.
[[nodiscard]] State load_state(const std::filesystem::path& file);
// An unchanged state does not touch the file.
[[nodiscard]] Result<void> store_state(const std::filesystem::path& file, const State& state);

}  // namespace peerlab::confgen
