#pragma once

#include <cstddef>
#include <thread>
#include <vector>

#include "base/result.h"
#include "http/asio_types.h"

namespace peerlab::http {

// The threads that run an io_context, which must outlive them.  Of one caller alone.
class Crew {
 public:
  Crew(asio::io_context& io, std::size_t usual, std::size_t most)
      : io_{io}, usual_{usual}, most_{most} {}
  ~Crew();  // stops the io_context, and waits for whoever is still busy
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // As many as usual beside so many that wait for something, within the most.  Never fewer again.
  [[nodiscard]] Result<void> grow_beside(std::size_t waiting);
  void leave();  // once they have nothing left to do

 private:
  asio::io_context& io_;
  const std::size_t usual_, most_;
  std::vector<std::thread> threads_;
};

}  // namespace peerlab::http
