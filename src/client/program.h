#pragma once

#include <iosfwd>

namespace peerlab::client {

// peerlab-client's whole work; `out` is its standard output.  Exit codes as `peerlab`'s: 0, 1
// failed, 2 usage, 6 platform unreachable.
[[nodiscard]] int run_program(int argc, const char* const* argv, std::ostream& out);

}  // namespace peerlab::client
