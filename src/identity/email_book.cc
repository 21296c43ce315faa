#include "identity/email_book.h"

#include <algorithm>
#include <utility>

namespace peerlab::identity {
namespace {

using std::chrono::seconds;
using QuarterHours = std::chrono::duration<seconds::rep, std::ratio<15 * 60>>;

// One question becomes one URL, three bytes for each of these at worst; servers take 8,000.
constexpr std::size_t kBytesOfNamesMost = 2'000;

Instant next_quarter_hour(Instant instant) { return std::chrono::ceil<QuarterHours>(instant); }

}  // namespace

void EmailBook::want(const std::string& user, bool alone) {
  (alone ? wanted_alone_ : wanted_).push_back(user);
  wanted_somebody_.notify_all();
}

std::optional<std::string> EmailBook::email_of(const UserHash& user, const Subject& subject,
                                               Instant now) {
  if (members_most_ == 0) return std::nullopt;
  const std::lock_guard lock{mutex_};
  auto found = entries_.find(user.text());
  if (found == entries_.end()) {
    if (entries_.size() >= members_most_) return std::nullopt;
    entries_.emplace(user.text(), Entry{subject});
    want(user.text(), false);
    return std::nullopt;
  }
  Entry& entry = found->second;
  entry.gone = false;
  if (!entry.wanted && now >= *entry.due) {
    entry.wanted = true;
    want(user.text(), false);
  }
  return entry.is_old(now) ? std::nullopt : entry.email;
}

bool EmailBook::awaits(const UserHash& user) const {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(user.text());
  return found == entries_.end() ? entries_.size() < members_most_ : found->second.awaited;
}

void EmailBook::forget(const UserHash& user) {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(user.text());
  if (found == entries_.end()) return;
  if (!found->second.wanted) {
    entries_.erase(found);
    return;
  }
  found->second.email.reset();
  found->second.gone = true;
}

std::optional<Instant> EmailBook::next_change_after(Instant now) const {
  const std::lock_guard lock{mutex_};
  std::optional<Instant> next;
  for (const auto& [user, entry] : entries_) {
    for (const auto& change : {entry.due, entry.forgotten}) {
      if (change && *change > now && (!next || *change < *next)) next = change;
    }
  }
  return next;
}

bool EmailBook::wait_for_wanted(const std::stop_token& stop, std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  return wanted_somebody_.wait_for(lock, stop, longest,
                                   [&] { return !wanted_.empty() || !wanted_alone_.empty(); });
}

bool EmailBook::anybody_wanted() const {
  const std::lock_guard lock{mutex_};
  return !wanted_.empty() || !wanted_alone_.empty();
}

std::vector<Subject> EmailBook::take(std::size_t most) {
  const std::lock_guard lock{mutex_};
  std::deque<std::string>& queue = wanted_.empty() ? wanted_alone_ : wanted_;
  if (wanted_.empty()) most = 1;
  std::vector<Subject> taken;
  for (std::size_t bytes = 0; !queue.empty() && taken.size() < most; queue.pop_front()) {
    const Subject& subject = entries_.at(queue.front()).subject;
    bytes += subject.secret().reveal().size();
    if (!taken.empty() && bytes > kBytesOfNamesMost) break;
    taken.push_back(subject);
  }
  return taken;
}

bool EmailBook::learn(const std::vector<Subject>& asked, const DirectoryAnswer& answer,
                      Instant now) {
  const std::lock_guard lock{mutex_};
  ++lookups_.answered;
  lookups_.failing = false;
  bool changed = false;
  for (const Subject& subject : asked) {
    const UserHash user = UserHash::of(subject);
    const auto found = answer.found.find(user);
    const bool is_there = found != answer.found.end();
    Entry& entry = entries_.at(user.text());
    if (entry.gone) {
      entries_.erase(user.text());
      continue;
    }
    changed = std::exchange(entry.awaited, false) || changed;
    if (!is_there && asked.size() > 1) {
      want(user.text(), true);
      continue;
    }
    auto email = is_there ? found->second : std::nullopt;
    changed = changed || email != entry.email;
    entry.email = std::move(email);
    const bool soon = is_there && !entry.email;
    entry.due = next_quarter_hour(now + (soon ? ages_.asked_again_without : ages_.asked_again));
    entry.forgotten = now + ages_.forgotten;
    entry.wanted = false;
  }
  news_ = news_ || changed;
  return changed;
}

bool EmailBook::has_news() const {
  const std::lock_guard lock{mutex_};
  return news_;
}

void EmailBook::publish() {
  const std::lock_guard lock{mutex_};
  news_ = false;
  ++version_;
}

EmailBook::Lookups EmailBook::lookups() const {
  const std::lock_guard lock{mutex_};
  return lookups_;
}

void EmailBook::put_back(const std::vector<Subject>& asked) {
  const std::lock_guard lock{mutex_};
  ++lookups_.failed;
  lookups_.failing = true;
  std::ranges::for_each(asked,
                        [&](const Subject& subject) { want(UserHash::of(subject).text(), false); });
}

void EmailBook::forget_the_old(Instant now) {
  const std::lock_guard lock{mutex_};
  std::erase_if(entries_,
                [&](const auto& one) { return !one.second.wanted && one.second.is_old(now); });
  for (auto& [user, entry] : entries_) {
    if (entry.is_old(now)) entry.email.reset();
  }
}

}  // namespace peerlab::identity
