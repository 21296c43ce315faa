#include "identity/email_lookups.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "base/log.h"

namespace peerlab::identity {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenSweeps = std::chrono::minutes{1};
constexpr unsigned kDoublingsMost = 16;

Result<DirectoryAnswer> ask_without_throwing(EmailDirectory& directory,
                                             const std::vector<Subject>& subjects, Instant now) {
  try {
    return directory.look_up(subjects, now);
  } catch (const std::exception& broken) {
    return fail(ErrorKind::Internal, "looking up e-mail addresses broke", broken.what());
  }
}

void rest_until(std::chrono::steady_clock::time_point end, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock{mutex};
  woken.wait_until(lock, stop, end, [] { return false; });
}

}  // namespace

EmailLookups::EmailLookups(EmailBook& book, std::unique_ptr<EmailDirectory> directory,
                           const Clock& clock, std::function<void()> on_news, LookupPace pace)
    : book_{book},
      directory_{std::move(directory)},
      clock_{clock},
      on_news_{std::move(on_news)},
      pace_{pace},
      members_{pace.members_most},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

EmailLookups::~EmailLookups() = default;

void EmailLookups::stop() { thread_.request_stop(); }

void EmailLookups::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    book_.forget_the_old(clock_.now());
    if (!book_.wait_for_wanted(stop, kBetweenSweeps)) continue;
    rest_until(not_before_, stop);
    if (!stop.stop_requested()) ask_next();
  }
}

void EmailLookups::ask_next() {
  const std::vector<Subject> asked = book_.take(members_);
  const Instant now = clock_.now();
  book_.promptness().asked(Steady::now());
  const Result<DirectoryAnswer> answer = ask_without_throwing(*directory_, asked, now);
  if (answer) {
    book_.learn(asked, *answer, now);
    worked(*answer);
  } else {
    book_.put_back(asked);
    failed(answer.error());
  }
  const bool more_comes = answer && book_.anybody_wanted();
  if (book_.has_news() && (!more_comes || Steady::now() - told_at_ >= pace_.between_news)) tell();
}

void EmailLookups::worked(const DirectoryAnswer& answer) {
  if (failures_ > 0) log(LogLevel::Info, "e-mail addresses can be looked up again");
  failures_ = 0;
  failing_.clear();
  members_ = std::min(2 * members_, pace_.members_most);
  const milliseconds rest = answer.rest.value_or(std::chrono::seconds{0});
  const Steady::time_point now = Steady::now();
  book_.promptness().answered(now, rest);
  not_before_ = now + std::max(pace_.between, rest);
}

void EmailLookups::failed(const Error& error) {
  book_.promptness().failed();
  const milliseconds doubled = pace_.first_pause * (1U << std::min(failures_, kDoublingsMost));
  const milliseconds said = error.retry_after.value_or(std::chrono::seconds{0});
  not_before_ = Steady::now() + std::max(std::min(doubled, pace_.longest_pause), said);
  ++failures_;
  if (error.kind == ErrorKind::TimedOut) members_ = std::max<std::size_t>(members_ / 2, 1);
  if (failing_ == error.detail) return;
  failing_ = error.detail;
  log(LogLevel::Warning, "e-mail addresses cannot be looked up; mappings go on with those known",
      {{"detail", error.detail}, {"cause", error.cause}});
}

void EmailLookups::tell() {
  told_at_ = Steady::now();
  book_.publish();
  on_news_();
}

}  // namespace peerlab::identity
