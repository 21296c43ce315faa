#include "gateway/mappings_feed.h"

#include <fmt/format.h>

#include <utility>

#include "base/digest.h"
#include "wire/mapping_document.h"

namespace peerlab::gateway {
namespace {

std::optional<Instant> earlier(std::optional<Instant> one, std::optional<Instant> other) {
  return one && other ? std::min(one, other) : one ? one : other;
}

}  // namespace

MappingsFeed::MappingsFeed(const Ledger& ledger, const Clock& clock, MappingSources sources,
                           std::size_t waiters_most)
    : ledger_{ledger},
      sources_{std::move(sources)},
      started_{clock.now()},
      waiters_most_{waiters_most},
      news_{ledger, clock} {
  news_.follow(*this);
}

Result<MappingsFeed::Picture> MappingsFeed::at(Instant now) {
  const Result<std::uint64_t> version = ledger_.version();
  if (!version) return fail(version.error());
  return current(*version, now);
}

Result<MappingsFeed::Picture> MappingsFeed::with_emails_at(Instant now) {
  auto picture = at(now);
  if (!picture || !(*picture)->emails_awaited) return picture;
  if (sources_.emails.promptness().lasts(Steady::now())) {
    return fail(ErrorKind::Unavailable,
                "members' e-mail addresses are being looked up since the gateway started; ask "
                "again, or with ?wait=0 if you need none");
  }
  if (!sources_.emails.has_news()) return picture;
  sources_.emails.publish();
  written();
  return at(now);
}

// The versions are read first: what is written meanwhile makes the picture newer than it says, and
// it is made once more.
Result<MappingsFeed::Picture> MappingsFeed::current(std::uint64_t ledger_version, Instant now) {
  const MappingsVersion version{ledger_version, sources_.emails.version()};
  const std::lock_guard lock{picture_mutex_};
  if (!picture_ || !picture_->holds(version, now)) {
    Result<MappingsPicture> made = make(version, now);
    if (!made) return fail(made.error());
    picture_ = std::make_shared<const MappingsPicture>(std::move(*made));
  }
  return picture_;
}

Result<MappingsPicture> MappingsFeed::make(const MappingsVersion& version, Instant now) const {
  const auto until = ledger_.next_change_after(now);
  if (!until) return fail(until.error());
  const Result<std::vector<HoldingMember>> members = ledger_.members_at(now);
  if (!members) return fail(members.error());
  std::vector<Mapping> mappings;
  mappings.reserve(members->size());
  bool awaited = false;
  for (const HoldingMember& member : *members) {
    const bool newcomer = member.assignment.since >= started_;
    awaited = awaited || (!newcomer && sources_.emails.awaits(member.assignment.holder));
    mappings.push_back(mapping_of(member, sources_, now));
  }
  std::string body = wire::encode(mappings);
  std::string etag = fmt::format("\"{}\"", sha256_hex(body).substr(0, 32));
  return MappingsPicture{std::move(body),
                         std::move(etag),
                         version,
                         now,
                         earlier(*until, sources_.emails.next_change_after(now)),
                         awaited};
}

// Listed first and compared then: whatever changes from here on, look() compares too, and whoever
// takes the waiter from the list tells it.
void MappingsFeed::tell_other_than(Wait wait, Ticket ticket, Tell tell) {
  const bool waits = admit(ticket, Waiter{wait.known, Steady::now() + wait.patience, tell});
  const Result<Picture> picture =
      news_.version().and_then([&](std::uint64_t version) { return current(version, wait.begin); });
  if (!waits) return tell(picture);
  if (picture && wait.known.names((*picture)->etag)) return;
  if (const auto waiter = dismiss(ticket)) waiter->tell(picture);
}

bool MappingsFeed::admit(Ticket ticket, Waiter waiter) {
  const std::lock_guard lock{waiters_mutex_};
  if (stopped_ || waiters_.size() >= waiters_most_) return false;
  waiters_.emplace(ticket, std::move(waiter));
  return true;
}

std::optional<MappingsFeed::Waiter> MappingsFeed::dismiss(Ticket ticket) {
  const std::lock_guard lock{waiters_mutex_};
  auto found = waiters_.extract(ticket);
  return found ? std::optional{std::move(found.mapped())} : std::nullopt;
}

void MappingsFeed::hasten(Ticket ticket) {
  if (const auto waiter = dismiss(ticket)) waiter->tell(latest());
}

// As it was last made.
Result<MappingsFeed::Picture> MappingsFeed::latest() {
  const std::lock_guard lock{picture_mutex_};
  if (picture_) return picture_;
  return fail(ErrorKind::Unavailable, "what is in force is not known yet");
}

std::size_t MappingsFeed::waiting() const {
  const std::lock_guard lock{waiters_mutex_};
  return waiters_.size();
}

std::optional<Instant> MappingsFeed::look(const Result<std::uint64_t>& version, Instant now) {
  const Result<Picture> picture =
      version.and_then([&](std::uint64_t number) { return current(number, now); });
  const Steady::time_point moment = Steady::now();
  std::vector<Waiter> told;
  {
    const std::lock_guard lock{waiters_mutex_};
    for (auto next = waiters_.begin(); next != waiters_.end();) {
      const auto one = next++;
      const bool news = picture && !one->second.known.names((*picture)->etag);
      if (!news && moment < one->second.end) continue;
      told.push_back(std::move(waiters_.extract(one).mapped()));
    }
  }
  for (const Waiter& waiter : told) waiter.tell(picture);
  return picture ? (*picture)->until : std::nullopt;
}

void MappingsFeed::no_more_news() {
  std::map<Ticket, Waiter> told;
  {
    const std::lock_guard lock{waiters_mutex_};
    stopped_ = true;
    told.swap(waiters_);
  }
  for (const auto& [ticket, waiter] : told) waiter.tell(latest());
}

}  // namespace peerlab::gateway
