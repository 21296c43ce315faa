#include "http/stop_signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace peerlab::http {
namespace {

sigset_t stop_set() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

StopSignals::StopSignals() : signals_{-1}, leave_{::eventfd(0, EFD_CLOEXEC)} {
  const sigset_t set = stop_set();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  // A program that no signal stops must not start.
  if (signals_ < 0 || leave_ < 0) {
    throw std::system_error{errno, std::generic_category(), "signalfd"};
  }
}

StopSignals::~StopSignals() {
  ::eventfd_write(leave_, 1);
  if (waiting_.joinable()) waiting_.join();
  ::close(signals_);
  ::close(leave_);
}

void StopSignals::call(std::function<void()> on_stop) {
  waiting_ = std::thread{[this, on_stop = std::move(on_stop)] {
    std::array<pollfd, 2> watched{pollfd{signals_, POLLIN, 0}, pollfd{leave_, POLLIN, 0}};
    while (::poll(watched.data(), watched.size(), -1) < 0) {
    }
    if ((watched[0].revents & POLLIN) == 0) return;
    signalfd_siginfo first{};
    if (::read(signals_, &first, sizeof first) != sizeof first) return;
    const sigset_t set = stop_set();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    on_stop();
    // Stays alive for the second signal: this is the one thread that does not block it.
    while (::poll(&watched[1], 1, -1) < 0) {
    }
  }};
}

}  // namespace peerlab::http
