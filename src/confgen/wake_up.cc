#include "confgen/wake_up.h"

#include "bird/control_socket.h"

namespace peerlab::confgen {

using std::chrono::milliseconds;

void wake_bird(const std::filesystem::path& socket) {
  Result<bird::ControlSocket> bird = bird::ControlSocket::connect(socket);
  if (bird) (void)bird->command("show status");
}

milliseconds WakeUp::until_due(milliseconds running) const {
  return due_ ? *due_ - running : milliseconds::max();
}

void WakeUp::tend(milliseconds running) {
  if (until_due(running).count() > 0) return;
  due_.reset();
  wake_bird(socket_);
}

}  // namespace peerlab::confgen
