// How an attempt to bring a policy to BIRD can end: closed, and counted.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace peerlab::confgen {

enum class ApplyResult { Applied, Refused, CannotWrite, BirdDown, Failed };

// By ApplyResult: words of metrics and of state.json.
inline constexpr std::array<std::string_view, 5> kApplyResults{"applied", "refused", "cannot_write",
                                                               "bird_down", "failed"};

using ApplyCounts = std::array<std::uint64_t, kApplyResults.size()>;  // by ApplyResult

}  // namespace peerlab::confgen
