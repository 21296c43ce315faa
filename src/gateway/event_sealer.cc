#include "gateway/event_sealer.h"

#include <utility>

#include "base/log.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAtOnce = 1000;
constexpr std::chrono::milliseconds kBetweenSeals = 1s;

}  // namespace

void EventSealer::written() {
  const std::lock_guard lock{mutex_};
  if (!std::exchange(written_, true)) news_.notify_all();
}

Result<std::size_t> EventSealer::link() {
  const Result<std::size_t> linked = oversight_.seal_events();
  if (linked) sealed_ += *linked;
  return linked;
}

Result<void> EventSealer::seal() {
  const Result<std::size_t> linked = link();
  if (!linked) return fail(linked.error());
  if (*linked > 0) written();  // run() reads on
  return {};
}

Result<void> EventSealer::read_on() {
  for (;;) {
    const auto events = oversight_.chain_after(chain_.length, kAtOnce);
    if (!events) return fail(events.error());
    for (const SealedEvent& sealed : *events) {
      chain_.follow(sealed.position, sealed.link, canonical(sealed.event));
      if (chain_.first_broken && !broken_) {
        log(LogLevel::Error, "the chain of events is broken: somebody changed the audit trail",
            {{"position", sealed.position}});
        broken_ = true;
      }
      position_ = chain_.length;
    }
    if (events->size() < kAtOnce) return {};
  }
}

void EventSealer::log_head() const {
  log(LogLevel::Info, "the chain of events",
      {{"length", chain_.length}, {"head", chain_.head}, {"broken", broken_.load()}});
}

Result<void> EventSealer::tend(Instant now) {
  const Result<std::size_t> linked = link();
  if (!linked) return fail(linked.error());
  const bool all = !read_all_at_ || now >= *read_all_at_ + kReadAgain;
  if (all) {
    chain_ = {};
    position_ = 0;
    broken_ = false;
    read_all_at_.reset();
  }
  const Result<void> read = read_on();
  if (!read) return read;
  if (all) {
    read_all_at_ = now;
    log_head();
  }
  return {};
}

void EventSealer::run(const std::stop_token& stop, const Clock& clock) {
  bool failing = false;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock{mutex_};
      news_.wait_for(lock, stop, kReadAgain, [&] { return written_ || failing; });
      written_ = false;
    }
    if (stop.stop_requested()) return;
    const Result<void> tended = tend(clock.now());
    if (!tended && !failing) {
      log(LogLevel::Error, "events are not sealed",
          {{"reason", tended.error().detail}, {"cause", tended.error().cause}});
    }
    if (tended && failing) log(LogLevel::Info, "events are sealed again");
    failing = !tended;
    std::unique_lock lock{mutex_};
    news_.wait_for(lock, stop, kBetweenSeals, [] { return false; });
  }
}

}  // namespace peerlab::gateway
