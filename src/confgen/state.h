// What one run tells the next, beside the facts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

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

// Without a file it is a new state; Malformed where it is none.  A member of it that cannot be read
// counts as nothing: each only saves work or waits for one more confirmation.
[[nodiscard]] Result<State> load_state(const std::filesystem::path& file);
// What it costs to begin anew, for an operator.
inline constexpr std::string_view kWithoutState =
    "the policy is applied once more, and what is counted begins at 0";
// An unchanged state does not touch the file.
[[nodiscard]] Result<void> store_state(const std::filesystem::path& file, const State& state);

}  // namespace peerlab::confgen
