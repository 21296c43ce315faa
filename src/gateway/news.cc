#include "gateway/news.h"

#include <algorithm>

namespace peerlab::gateway {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenLooks{200};
// An instant is a whole second, and the last one before a change is looked through closely.
constexpr milliseconds kBetweenLooksBeforeAChange{20};
// A rush of writes makes so many pictures a second at most.
constexpr milliseconds kRest{10};
constexpr milliseconds kAfterFailure{1000};
// However healthy the connection looks on which others' writes are heard of: a proxy may keep it
// open and forward nothing.  It is one look for the whole process.
constexpr std::chrono::seconds kTrusted{10};

}  // namespace

News::News(const Ledger& ledger, const Clock& clock)
    : ledger_{ledger},
      clock_{clock},
      listening_{ledger.listen([this] { written(); })},
      thread_{[this] { run(); }} {}

News::~News() {
  stop();
  thread_.join();
}

void News::follow(Follower& follower) {
  const std::lock_guard lock{followers_mutex_};
  followers_.push_back(&follower);
}

void News::forget(Follower& follower) {
  const std::lock_guard lock{followers_mutex_};
  std::erase(followers_, &follower);
}

void News::written() {
  const std::lock_guard lock{mutex_};
  ++news_;
  if (awaits_news_) changed_.notify_all();
}

void News::stop() {
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  changed_.notify_all();
}

Result<std::uint64_t> News::version() {
  const Steady::time_point now = Steady::now();
  std::uint64_t news = 0;
  {
    const std::lock_guard lock{mutex_};
    const bool heard_of_all = listening_ && listening_->sound();
    const bool trusted = asked_ && asked_->news == news_ && now - asked_->at < kTrusted;
    if (heard_of_all && trusted) return asked_->version;
    news = news_;
  }
  const Result<std::uint64_t> version = ledger_.version();
  if (!version) return version;
  const std::lock_guard lock{mutex_};
  if (!asked_ || asked_->news < news || asked_->at < now) asked_ = Asked{*version, news, now};
  return version;
}

void News::run() {
  std::uint64_t seen = 0;
  for (std::unique_lock lock{mutex_}; !stopped_;) {
    seen = news_;
    lock.unlock();
    const milliseconds rest = look();
    lock.lock();
    changed_.wait_for(lock, kRest, [&] { return stopped_; });
    awaits_news_ = true;
    changed_.wait_for(lock, rest, [&] { return stopped_ || news_ != seen; });
    awaits_news_ = false;
  }
  const std::lock_guard lock{followers_mutex_};
  for (Follower* const one : followers_) one->no_more_news();
}

// How long the next look may wait where there are no news.
milliseconds News::look() {
  const std::lock_guard lock{followers_mutex_};
  const auto waits = [](const Follower* one) { return one->waits(); };
  if (std::ranges::none_of(followers_, waits)) return kBetweenLooks;
  const Result<std::uint64_t> current = version();
  const Instant now = clock_.now();
  std::optional<Instant> next;
  for (Follower* const one : followers_) {
    if (!one->waits()) continue;
    const std::optional<Instant> change = one->look(current, now);
    if (change && (!next || *change < *next)) next = change;
  }
  if (!current) return kAfterFailure;
  const bool soon = next && *next - now <= std::chrono::seconds{1};
  return soon ? kBetweenLooksBeforeAChange : kBetweenLooks;
}

}  // namespace peerlab::gateway
