#include "ledger/postgres/listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "base/text.h"

namespace peerlab::postgres {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFirstRest{100}, kLongestRest{5000};
// Whoever changed something says so after its commit: Herald.
constexpr const char* kListen = "LISTEN peerlab_ledger";

}  // namespace

Listener::Listener(Secret url, const Limits& limits, std::function<void()> heard)
    : url_{std::move(url)},
      limits_{limits},
      heard_{std::move(heard)},
      leave_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      thread_{[this] { run(); }} {}

Listener::~Listener() {
  static_cast<void>(::eventfd_write(leave_, 1));
  thread_.join();
  ::close(leave_);
}

void Listener::run() {
  milliseconds rest = kFirstRest;
  do {
    Answer<Connection> connection = Connection::open(url_, limits_);
    if (connection && connection->execute(kListen, limits_.answer)) {
      sound_ = true;
      heard_();
      listen(*connection);
      sound_ = false;
      heard_();
      rest = kFirstRest;
    } else {
      rest = std::min(rest * 2, kLongestRest);
    }
  } while (!told_to_leave_within(rest));
}

// Until the connection is lost, or it is time to leave.
void Listener::listen(Connection& connection) {
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{connection.socket(), POLLIN, 0},
                                  pollfd{leave_, POLLIN, 0}};
    ::poll(watched.data(), watched.size(), -1);
    if (watched[1].revents != 0) return;
    const Answer<bool> notified = connection.hear();
    if (!notified) {
      log(LogLevel::Warning, "the ledger's notifications are not heard: looking instead",
          {{"cause", printable(notified.error().cause, 300)}});
      return;
    }
    if (*notified) heard_();
  }
}

bool Listener::told_to_leave_within(milliseconds longest) const {
  pollfd leave{leave_, POLLIN, 0};
  return ::poll(&leave, 1, static_cast<int>(longest.count())) > 0;
}

}  // namespace peerlab::postgres
