#pragma once

#include "confgen/options.h"

namespace peerlab::confgen {

// --watch: takes a turn whenever a source says something else, a lease begins or ends, or a node
// expires, until SIGTERM or SIGINT.  Returns at once, with its exit code, where it cannot start;
// else it ends the program itself, within a second of the signal, also in the middle of a turn
// (which is safe at every step, publish.h).  `notify_socket` is systemd's $NOTIFY_SOCKET.
[[nodiscard]] int run_watch(const OneShotOptions& options, std::string notify_socket);

}  // namespace peerlab::confgen
