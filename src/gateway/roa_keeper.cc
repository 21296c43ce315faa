#include "gateway/roa_keeper.h"

#include <condition_variable>
#include <mutex>

#include "base/log.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kBetweenLooks = 200ms, kAfterAFailure = 1s;

}  // namespace

bool RoaKeeper::nothing_is_new(std::uint64_t version, Instant now) const {
  return published_ && seen_ && seen_->version == version && seen_->from <= now &&
         (!seen_->until || now < *seen_->until) && now < published_->at + kSaidAgain;
}

Result<std::vector<rpki::Roa>> RoaKeeper::roas_at(Instant now) const {
  const Result<std::vector<HoldingMember>> members = ledger_.members_at(now);
  if (!members) return fail(members.error());
  std::vector<rpki::Roa> roas;
  for (const HoldingMember& member : *members) {
    for (const Lease& lease : member.leases) {
      if (lease.rpki) roas.push_back({lease.prefix, origin_, lease.window.end()});
    }
  }
  return roas;
}

// The version is read first: what is written meanwhile is looked at once more.
Result<void> RoaKeeper::tend(Instant now) {
  const Result<std::uint64_t> version = news_.version();
  if (!version) return fail(version.error());
  if (nothing_is_new(*version, now)) return {};
  const auto until = ledger_.next_change_after(now);
  if (!until) return fail(until.error());
  Result<std::vector<rpki::Roa>> roas = roas_at(now);
  if (!roas) return fail(roas.error());
  const bool as_published =
      published_ && published_->roas == *roas && now < published_->at + kSaidAgain;
  if (!as_published) {
    const Result<void> said = publisher_.publish(*roas, now);
    ++(said ? tally_.roas_told : tally_.roas_not_told);
    if (!said) return said;
    tally_.roas = roas->size();
    published_ = {*std::move(roas), now};
  }
  seen_ = {*version, now, *until};
  return {};
}

void RoaKeeper::run(const std::stop_token& stop, const Clock& clock) {
  std::mutex mutex;
  std::condition_variable_any woken;
  bool failing = false;
  for (std::unique_lock lock{mutex}; !stop.stop_requested();) {
    const Result<void> tended = tend(clock.now());
    if (!tended && !failing) {
      log(LogLevel::Error, "ROAs are not published",
          {{"reason", tended.error().detail}, {"cause", tended.error().cause}});
    }
    if (tended && failing) log(LogLevel::Info, "ROAs are published again");
    failing = !tended;
    woken.wait_for(lock, stop, failing ? kAfterAFailure : kBetweenLooks, [] { return false; });
  }
}

}  // namespace peerlab::gateway
