#include "gateway/mappings_feed.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "wire/mapping_document.h"

namespace peerlab::gateway {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{200};

std::optional<Instant> earlier(std::optional<Instant> one, std::optional<Instant> other) {
  return one && other ? std::min(one, other) : one ? one : other;
}

class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_{count}, number_{++count} {}
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --count_; }
  [[nodiscard]] int number() const { return number_; }

 private:
  std::atomic<int>& count_;
  const int number_;
};

}  // namespace

// The versions are read first: what is written meanwhile makes the picture newer than it says, and
// it is made once more.
Result<std::shared_ptr<const MappingsPicture>> MappingsFeed::at(Instant now) {
  const Result<std::uint64_t> written = ledger_.version();
  if (!written) return fail(written.error());
  const MappingsVersion version{*written, sources_.emails.version()};
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
  for (const HoldingMember& member : *members) {
    mappings.push_back(mapping_of(member, sources_, now));
  }
  std::string body = wire::encode(mappings);
  std::string etag = fmt::format("\"{}\"", sha256_hex(body).substr(0, 32));
  return MappingsPicture{std::move(body), std::move(etag), version, now,
                         earlier(*until, sources_.emails.next_change_after(now))};
}

Result<std::shared_ptr<const MappingsPicture>> MappingsFeed::other_than(
    const IfNoneMatch& known, Instant now, std::chrono::seconds patience) {
  const Steady::time_point end = Steady::now() + patience;
  const Counted waiter{waiting_};
  for (;; now = clock_.now()) {
    const std::uint64_t seen = writes();
    auto picture = at(now);
    const bool known_already = picture && known.names((*picture)->etag);
    if (!known_already || waiter.number() > kWaitersMost || !rest(seen, end)) return picture;
  }
}

std::uint64_t MappingsFeed::writes() {
  const std::lock_guard lock{news_mutex_};
  return writes_;
}

// False where there is nothing left to wait for.
bool MappingsFeed::rest(std::uint64_t writes_seen, Steady::time_point end) {
  std::unique_lock lock{news_mutex_};
  const Steady::time_point look = std::min(end, Steady::now() + kBetweenLooks);
  news_.wait_until(lock, look, [&] { return stopped_ || writes_ != writes_seen; });
  return !stopped_ && Steady::now() < end;
}

void MappingsFeed::written() {
  const std::lock_guard lock{news_mutex_};
  ++writes_;
  news_.notify_all();
}

void MappingsFeed::stop() {
  const std::lock_guard lock{news_mutex_};
  stopped_ = true;
  news_.notify_all();
}

}  // namespace peerlab::gateway
