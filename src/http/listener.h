#pragma once

#include <string>

#include "base/result.h"
#include "http/asio_types.h"

namespace peerlab::http {

// Opens the acceptor on "host:port", as ServerOptions has it.  Malformed where it is no such
// address, NotPermitted where the system refuses.
[[nodiscard]] Result<void> listen_on(Acceptor& acceptor, const std::string& address);

}  // namespace peerlab::http
