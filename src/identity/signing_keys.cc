#include "identity/signing_keys.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.h"
#include "identity/fetch_keys.h"
#include "identity/key_set.h"

namespace peerlab::identity {
namespace {

using std::chrono::seconds;
using Match = KeySet::Match;
using Steady = std::chrono::steady_clock;

constexpr unsigned kDoublingsMost = 16;

Result<KeySet> fetch_without_throwing(const http::Client& client, const KeySource& source) {
  try {
    return fetch_keys(client, source);
  } catch (const std::exception& broken) {
    return fail(ErrorKind::Internal, "fetching the issuer's keys broke", broken.what());
  }
}

// A clock that was set back must not make anybody wait for the time it lost.
bool apart(Instant one, Instant other, seconds least) {
  return std::chrono::abs(one - other) >= least;
}

}  // namespace

// A fetch runs on a thread of its own, so that only those wait who need what it brings.
class SigningKeys::Store {
 public:
  Store(const http::Client& client, KeySource source)
      : client_{client}, source_{std::move(source)} {}

  Result<std::shared_ptr<const VerificationKey>> find(std::string_view key_id,
                                                      const Algorithm& algorithm, Instant now) {
    std::unique_lock lock{mutex_};
    KeySet::Choice choice = keys_.choose(key_id, algorithm);
    if (should_ask(choice.match, now)) ask(choice.match, now);
    if (choice.match == Match::Unknown && asking_) {
      answered_.wait(lock, [this, before = asked()] { return asked() != before; });
      choice = keys_.choose(key_id, algorithm);
    }
    if (choice.match == Match::Found) return choice.key;
    if (choice.match == Match::Unfit) {
      return fail(ErrorKind::Unauthenticated, "the token's key is not for its algorithm");
    }
    if (failures_ > 0) return unavailable(now);
    return fail(ErrorKind::Unauthenticated, "the token's key is none of the issuer's");
  }

  bool known() const {
    const std::lock_guard lock{mutex_};
    return !keys_.empty();
  }

  Fetches fetches() const {
    const std::lock_guard lock{mutex_};
    return fetches_;
  }

 private:
  std::uint64_t asked() const { return fetches_.answered + fetches_.failed; }

  bool should_ask(Match match, Instant now) const {
    if (asking_) return false;
    const bool stale = keys_.empty() || apart(now, answered_at_, source_.refresh_after);
    if (match != Match::Unknown && !stale) return false;
    if (failures_ > 0) return apart(now, answered_at_failing_, back_off());
    return stale || !refetched_at_ || apart(now, *refetched_at_, source_.refetch_pause);
  }

  void ask(Match match, Instant now) {
    asker_ = std::jthread{[this, now] { hear(now); }};
    asking_ = true;
    if (match == Match::Unknown && !keys_.empty()) refetched_at_ = now;
  }

  void hear(Instant now) {
    const Steady::time_point begin = Steady::now();
    Result<KeySet> answer = fetch_without_throwing(client_, source_);
    const Instant end = now + std::chrono::ceil<seconds>(Steady::now() - begin);
    if (!answer) {
      log(LogLevel::Warning, "the issuer's keys could not be fetched",
          {{"issuer", source_.issuer},
           {"detail", answer.error().detail},
           {"cause", answer.error().cause}});
    }
    {
      const std::lock_guard lock{mutex_};
      settle(std::move(answer), now, end);
    }
    answered_.notify_all();
  }

  void settle(Result<KeySet> answer, Instant begin, Instant end) {
    asking_ = false;
    ++(answer ? fetches_.answered : fetches_.failed);
    if (answer) {
      keys_ = *std::move(answer);
      answered_at_ = begin;
      failures_ = 0;
    } else {
      failure_ = answer.error().detail;
      answered_at_failing_ = end;
      ++failures_;
    }
  }

  seconds back_off() const {
    const seconds doubled{1U << std::min(failures_ - 1, kDoublingsMost)};
    return std::min(doubled, std::max(source_.refetch_pause, seconds{1}));
  }

  Failure unavailable(Instant now) const {
    const seconds left = answered_at_failing_ + back_off() - now;
    return fail(Error{ErrorKind::Unavailable,
                      "the identity provider cannot be asked for its keys at this time", failure_,
                      std::clamp(left, seconds{1}, back_off())});
  }

  const http::Client& client_;
  const KeySource source_;
  mutable std::mutex mutex_;  // of all below
  std::condition_variable answered_;
  KeySet keys_;
  Instant answered_at_{};
  Instant answered_at_failing_{};
  std::optional<Instant> refetched_at_;  // because of an unknown key id
  unsigned failures_ = 0;                // since the last answer
  std::string failure_;
  bool asking_ = false;
  Fetches fetches_;
  std::jthread asker_;  // last: it ends before what it uses
};

SigningKeys::SigningKeys(const http::Client& client, KeySource source)
    : store_{std::make_unique<Store>(client, std::move(source))} {}

SigningKeys::~SigningKeys() = default;

Result<std::shared_ptr<const VerificationKey>> SigningKeys::find(std::string_view key_id,
                                                                 std::string_view algorithm,
                                                                 Instant now) {
  const Algorithm* const known = algorithm_named(algorithm);
  if (known == nullptr) {
    return fail(ErrorKind::Unauthenticated, "the token is not signed in a way accepted here");
  }
  return store_->find(key_id, *known, now);
}

bool SigningKeys::known() const { return store_->known(); }

SigningKeys::Fetches SigningKeys::fetches() const { return store_->fetches(); }

}  // namespace peerlab::identity
