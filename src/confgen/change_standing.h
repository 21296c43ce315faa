// What one member has spent of the change budget: a bucket of cycles, a predicted damping penalty,
// and the quarantine that follows from the bucket.  Pure: time goes in.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "policy/change_budget.h"

namespace peerlab::confgen {

// What a member did, of all its sessions.
struct Changes {
  std::uint64_t announcements = 0;
  std::uint64_t withdrawals = 0;
  std::uint64_t replacements = 0;  // announcements in place of another: other path or attributes
  std::uint64_t establishments = 0;
  std::uint64_t losses = 0;        // of established sessions
  std::uint64_t route_losses = 0;  // of those with a route that was accepted
  Changes& operator+=(const Changes& more);
  bool operator==(const Changes&) const = default;

  // In cycles: a withdrawal and a loss are one each, a replacement half of one.
  [[nodiscard]] double cost() const;
};

// RFC 2439's figure of merit with RFC 7196's suppress threshold, and else the defaults of table 1
// there: what a network elsewhere that damps holds against the member's prefix.
namespace damping {
inline constexpr double kPerWithdrawal = 1000, kPerReplacement = 500;
inline constexpr double kSuppress = 6000, kReuse = 750;
inline constexpr std::chrono::seconds kHalfLife = std::chrono::minutes{15};
inline constexpr std::chrono::seconds kLongest = std::chrono::minutes{60};
inline constexpr double kCeiling = 12000;  // kReuse doubled kLongest / kHalfLife times
}  // namespace damping

struct Quarantine {
  Instant since, until;
  bool operator==(const Quarantine&) const = default;
};

class ChangeStanding {
 public:
  // As it is kept in a file.
  struct Kept {
    double left;     // cycles, at `at`
    double penalty;  // at `at`
    Instant at;
    unsigned times = 0;      // quarantines that count toward the next one's length
    Instant times_since{};   // the last one ended, or was taken back
    bool overspent = false;  // again, while in quarantine
    std::optional<Quarantine> quarantine = {};
    std::optional<Instant> lost_at = {};  // the last loss that was charged
    unsigned forgiven = 0;                // losses given back since `forgiven_since`
    Instant forgiven_since{};
    Changes total = {};  // since the member was last quiet
    bool operator==(const Kept&) const = default;
  };

  // Nothing spent.
  ChangeStanding(const policy::ChangeBudget& budget, Instant now);
  explicit ChangeStanding(const Kept& kept) : kept_{kept} {}
  // Nothing above what the budget allows nor after `now`, whatever a file said and the clock did.
  void confine(const policy::ChangeBudget& budget, Instant now);

  // The quarantine that began with it, if one did.  In quarantine too, what is done is counted: who
  // overspends a whole new budget in it goes into the next one at its end.
  std::optional<Quarantine> charge(const Changes& changes, const policy::ChangeBudget& budget,
                                   Instant now);
  // A loss that was not the member's doing; a whole burst of them in a window at most, since
  // members of a small site could else fall together for ever.
  void give_back_loss(const policy::ChangeBudget& budget, Instant now);
  // What has come due until now: the end of a quarantine or the next one.  True where that changed.
  bool settle(const policy::ChangeBudget& budget, Instant now);

  [[nodiscard]] const std::optional<Quarantine>& quarantine() const { return kept_.quarantine; }
  [[nodiscard]] double left(const policy::ChangeBudget& budget, Instant now) const;
  [[nodiscard]] double penalty(Instant now) const;
  // Until when others would suppress the prefix if they damp; nullopt: they would not.
  [[nodiscard]] std::optional<Instant> suppressed_until(Instant now) const;
  // Nothing to remember any more.
  [[nodiscard]] bool quiet(const policy::ChangeBudget& budget, Instant now) const;
  [[nodiscard]] const Kept& kept() const { return kept_; }
  bool operator==(const ChangeStanding&) const = default;

 private:
  void bring_to(const policy::ChangeBudget& budget, Instant now);
  void begin(const policy::ChangeBudget& budget, Instant at);

  Kept kept_;
};

}  // namespace peerlab::confgen
