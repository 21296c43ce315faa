// The parts of deploy/ixp that are written by hand, as `./dev mutate policy` may break them.
#pragma once

#include <string>
#include <string_view>

namespace peerlab::bird {

// `text`, which is deploy's file of this name; where the environment variable PEERLAB_FIXED_PART
// names a file called so, its text instead.
[[nodiscard]] std::string by_hand(std::string_view name, std::string_view text);

}  // namespace peerlab::bird
