#pragma once

#include <iosfwd>
#include <memory>

#include "gateway/move_ledger.h"
#include "gateway/settings.h"
#include "http/stop_signals.h"

namespace peerlab::gateway {

struct Surroundings {
  Environment environment;
  LedgerStores stores;  // main() chooses the back end
  http::StopSignals& stop;
  std::istream& in;   // standard input
  std::ostream& out;  // standard output
};

// peerlab-gateway's whole work: serves until told to stop, answers what is in flight, and returns
// the exit code (settings_command_line.h).  While it serves, stderr is the structured log and
// nothing else.
[[nodiscard]] int run_program(int argc, const char* const* argv, const Surroundings& surroundings);

}  // namespace peerlab::gateway
