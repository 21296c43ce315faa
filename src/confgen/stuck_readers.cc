#include "confgen/stuck_readers.h"

namespace peerlab::confgen {

std::vector<Ipv4> StuckReaders::look(const std::vector<SendQueue>& queues,
                                     std::chrono::milliseconds running) {
  std::vector<Ipv4> stuck;
  std::map<std::uint64_t, Progress> progress;
  for (const SendQueue& queue : queues) {
    if (queue.waiting == 0) continue;
    Progress now{queue.acknowledged, running};
    const auto before = progress_.find(queue.connection);
    if (before != progress_.end() && before->second.acknowledged == queue.acknowledged) {
      now.since = before->second.since;
    }
    if (running - now.since >= patience_) stuck.push_back(queue.peer);
    progress.emplace(queue.connection, now);
  }
  progress_ = std::move(progress);
  return stuck;
}

}  // namespace peerlab::confgen
