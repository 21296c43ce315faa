// Who keeps a session alive and reads nothing of it (row 27 of the attack table): BIRD's memory and
// the kernel's would hold what waits for it for ever, since keepalives keep BIRD's hold timer off.
// RFC 9687 describes the same fault; BIRD has its timer from 2.15 on.
#pragma once

#include <chrono>
#include <map>

#include "confgen/send_queues.h"

namespace peerlab::confgen {

class StuckReaders {
 public:
  explicit StuckReaders(std::chrono::milliseconds patience) : patience_{patience} {}

  // The peers for whom something has waited since `patience` ago, none of it taken: who takes a
  // byte is slow and not stuck, however long the queue.  Between two looks nothing is known.
  [[nodiscard]] std::vector<Ipv4> look(const std::vector<SendQueue>& queues,
                                       std::chrono::milliseconds running);

 private:
  struct Progress {
    std::uint64_t acknowledged;
    std::chrono::milliseconds since;  // it has been so
  };

  std::chrono::milliseconds patience_;
  std::map<std::uint64_t, Progress> progress_;  // by connection; where something waits
};

}  // namespace peerlab::confgen
