// What waits in the kernel for each peer that connected to us: sock_diag(7), in the network
// namespace of the calling thread.  No privilege is needed.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "domain/address.h"

namespace peerlab::confgen {

inline constexpr std::uint16_t kBgpPort = 179;

struct SendQueue {
  std::uint64_t connection;  // the kernel's own number of it, never used again
  Ipv4 peer;
  std::uint32_t waiting;       // bytes written that the peer has not acknowledged
  std::uint64_t acknowledged;  // bytes, since the connection began
};

// Of every established IPv4 connection to this port of ours: members connect to us, never the other
// way, and over the overlay's IPv4.  Unavailable where the kernel does not answer.
[[nodiscard]] Result<std::vector<SendQueue>> read_send_queues(std::uint16_t local_port = kBgpPort);

}  // namespace peerlab::confgen
