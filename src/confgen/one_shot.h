#pragma once

#include <iosfwd>

#include "base/clock.h"
#include "confgen/options.h"

namespace peerlab::confgen {

// Collect, compile, guard, check, publish, once.  Returns the exit code (exit_code.h); each thing
// that went wrong is one line on stderr.
[[nodiscard]] int run_one_shot(const OneShotOptions& options, const Clock& clock);

// `render`: the same compilation, offline, into a directory.
[[nodiscard]] int run_render(const RenderOptions& options, const Clock& clock, std::ostream& out);

// main()'s whole work; `out` is its standard output.
[[nodiscard]] int run_program(int argc, const char* const* argv, std::ostream& out);

}  // namespace peerlab::confgen
