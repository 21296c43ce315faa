#include "ledger/postgres/herald.h"

#include <utility>

namespace peerlab::postgres {
namespace {

using namespace std::chrono_literals;

constexpr auto kBetweenWords = 5ms;
constexpr auto kBeforeNextTry = 500ms;

}  // namespace

Herald::Herald(Secret url, const Limits& limits)
    : url_{std::move(url)}, limits_{limits}, thread_{[this](const std::stop_token& stop) {
        keep_telling(stop);
      }} {}

void Herald::committed() {
  const std::lock_guard lock{mutex_};
  if (!std::exchange(untold_, true)) news_.notify_one();
}

// What is untold when it must stop is told where there is a connection; else by who starts next.
void Herald::keep_telling(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  while (news_.wait(lock, stop, [&] { return untold_; })) {
    if (stop.stop_requested() && !connection_) return;
    untold_ = false;
    lock.unlock();
    const bool told = tell();
    lock.lock();
    if (!told) untold_ = true;
    news_.wait_for(lock, stop, told ? kBetweenWords : kBeforeNextTry, [] { return false; });
  }
}

bool Herald::tell() {
  if (!connection_ || !connection_->sound()) {
    connection_.reset();
    Answer<Connection> opened = Connection::open(url_, limits_);
    if (!opened) return false;
    connection_.emplace(std::move(*opened));
  }
  const bool told = connection_->execute("NOTIFY peerlab_ledger", limits_.answer).has_value();
  if (!told) connection_.reset();
  return told;
}

}  // namespace peerlab::postgres
