// Who of the members is closed, kept closed and let in again: from what BIRD shows and the kernel
// knows to commands for BIRD.
#pragma once

#include <string>
#include <vector>

#include "bird/shown_protocols.h"
#include "confgen/closings.h"

namespace peerlab::confgen {

struct SessionsSeen {
  std::vector<bird::ShownSession> sessions;
  std::vector<Ipv4> stuck;  // who reads nothing (StuckReaders)
  Instant now;
};

struct SessionOrders {
  std::vector<std::string> commands;  // to BIRD
  std::vector<std::string> lines;     // to the log
};

// A stuck reader is closed.  BIRD itself has closed who sent too many routes, with Cease 6/1, and
// lets nobody in for a while; who comes back and does it again is kept out for longer.  `configure`
// forgets that a member's session was disabled, and it is then closed again at the next look.
// Sessions that somebody else disabled are left alone.
[[nodiscard]] SessionOrders order(const SessionsSeen& seen, Closings& closings);

}  // namespace peerlab::confgen
