// What each end of peerlab-bird-config means to whoever watches it (POLICY.md 4, decided cases).
#pragma once

#include <string_view>

namespace peerlab::confgen::exit_code {

inline constexpr int kDone =
    0;  // applied, or nothing had changed; skips and contradictions are warnings
inline constexpr int kFailed = 1;  // anything else, e.g. another run holds the lock
inline constexpr int kUsage = 2;   // flags, environment or site file
inline constexpr int kShrinkHeld =
    3;  // an answer that drops too many members is held for one confirmation
inline constexpr int kSourceFailed = 4;  // the last good facts are kept, minus what ended
inline constexpr int kBirdRefused = 5;   // BIRD does not accept the file; the previous one is kept
inline constexpr int kCannotWrite = 6;   // the policy or the state
inline constexpr int kBirdDown = 7;      // written and checked; BIRD gets it when it answers again

inline constexpr int kWouldChange = 8;  // `plan` only: a run would change something

inline constexpr std::string_view kExplained =
    "Exit codes: 0 applied or unchanged, 1 failed, 2 usage, 3 a shrinking answer is held, 4 a "
    "source failed (last good "
    "policy kept, minus ended leases), 5 BIRD refused the file (previous kept), 6 cannot write, 7 "
    "BIRD not reachable, 8 plan: something would change.";

}  // namespace peerlab::confgen::exit_code
