// One echo request and its reply, with the addresses that each end saw.
#pragma once

#include <string_view>

#include "domain/address.h"

namespace peerlab::lab {

struct Standpoint {
  std::string_view place;
  Ipv6 address;  // its own there
};

struct Echo {
  Ipv6 source_seen_by_target;
  Ipv6 source_seen_by_sender;  // of the reply
};

// ICMPv6 from one standpoint to the other.  TimedOut, saying which way was silent.
[[nodiscard]] Result<Echo> ping(const Standpoint& from, const Standpoint& to);

}  // namespace peerlab::lab
