// --watch's look at members' sessions, every few seconds: asks the kernel and BIRD, and tells BIRD
// whom to close and whom to let in again (session_orders.h).
#pragma once

#include "confgen/closings.h"
#include "confgen/stuck_readers.h"
#include "confgen/workplace.h"

namespace peerlab::confgen {

class SessionGuard {
 public:
  // Without a site the server around the policy is not ours, and nobody is closed.
  explicit SessionGuard(const Workplace& workplace);

  // A look, where one is due; true where it changed who is closed.  What it finds is kept for
  // `status` and monitoring, and said on stderr.
  bool tend(Instant now, std::chrono::milliseconds running);

 private:
  void complain(std::string problem);

  const Workplace& workplace_;
  std::chrono::milliseconds between_looks_, next_{0};
  StuckReaders readers_;
  Closings closings_;
  std::string problem_;  // said
};

}  // namespace peerlab::confgen
