#pragma once

#include <string>
#include <string_view>

namespace peerlab {

// systemd, where it started this program with Type=notify (sd_notify(3)).
class Systemd {
 public:
  // `socket` is $NOTIFY_SOCKET; empty: nobody is told anything.
  explicit Systemd(std::string socket) : socket_{std::move(socket)} {}

  // E.g. "READY=1", "WATCHDOG=1" or "STATUS=…", one a line.  Lost where nobody listens: a program
  // does not fail because it is not watched.
  void tell(std::string_view what) const;

 private:
  std::string socket_;
};

}  // namespace peerlab
