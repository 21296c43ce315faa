// What systemd hears of a gateway that it started (Type=notify).
#pragma once

#include <cstdint>
#include <string_view>
#include <thread>

#include "base/systemd.h"
#include "gateway/settings_given.h"

namespace peerlab::gateway {

// "READY=1" at once, and "WATCHDOG=1" three times in each of systemd's intervals as long as the
// gateway answers itself over its own port: one that listens and serves nobody is started anew.
// Nothing where systemd did not ask for it ($NOTIFY_SOCKET, $WATCHDOG_USEC).
class Supervision {
 public:
  // `address` as settings have it; `port` is the one that the system gave.
  Supervision(const Environment& environment, std::string_view address, std::uint16_t port);

  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;

  void stopping() const { systemd_.tell("STOPPING=1"); }

 private:
  Systemd systemd_;
  std::jthread watchdog_;
};

}  // namespace peerlab::gateway
