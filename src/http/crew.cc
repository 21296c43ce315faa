#include "http/crew.h"

#include <fmt/format.h>

#include <algorithm>

namespace peerlab::http {

Crew::~Crew() {
  io_.stop();
  leave();
}

Result<void> Crew::grow_beside(std::size_t waiting) {
  const std::size_t wanted = std::min(waiting + std::max(usual_, waiting / 2), most_);
  try {
    while (threads_.size() < wanted) threads_.emplace_back([this] { io_.run(); });
  } catch (const std::system_error& refused) {
    return fail(ErrorKind::NotPermitted, fmt::format("cannot start a thread: {}", refused.what()));
  }
  return {};
}

void Crew::leave() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace peerlab::http
