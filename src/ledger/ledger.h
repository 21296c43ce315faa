// The port to the one truth about who holds what.  Each verb is one transaction; two members never
// hold one ASN or one /48 at the same time, and a database refuses that by itself too
// (DESIGN.md 3).  The contract is a test suite: tests/contract/ledger_contract_test.cc runs over
// every back end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/mapping.h"
#include "domain/prefix_pool.h"
#include "ledger/event.h"
#include "ledger/listening.h"
#include "ledger/oversight.h"

namespace peerlab {

// What may be handed out, and how often.
struct AllocationRules {
  AsnRange asns = AsnRange::standard();
  PrefixPool pool;
  std::uint32_t leases_per_member_max = 1;                    // 1..8
  std::chrono::seconds cool_down = std::chrono::minutes{60};  // how long an ended lease's /48 rests
  std::chrono::seconds cool_down_floor =
      std::chrono::minutes{5};  // and never less, whatever is asked
};

struct AsnGrant {
  Assignment assignment;
  bool fresh;  // false: the member had it already
};

struct LeaseGrant {
  Lease lease;
  Assignment assignment;  // made in the same transaction where the member had no ASN yet
  bool replayed = false;  // an earlier request of this key made it
};

// What a client calls its request, so that asking again cannot lease twice (Idempotency-Key).
struct RequestKey {
  std::string key;     // the client's own word, 1..255 bytes of UTF-8
  std::string digest;  // of what it asked for
};

struct RpkiSwitch {
  Lease lease;
  bool changed;  // false: it was so already
};

// What one member holds at an instant; leases are those in force, sorted by prefix, also while a
// suspension keeps them from the routers.
struct Holdings {
  std::optional<Assignment> assignment;
  std::vector<Lease> leases;
  std::optional<std::uint32_t> leases_max = {};  // the member's own quota
  std::optional<Suspension> suspension = {};
  bool waits = false;  // in some pool's line: place_of says where
};

// A place in the line of a pool that had nothing free.
struct Place {
  std::uint64_t place;    // 1: next
  std::uint64_t waiting;  // in the line altogether
  Instant since;
  Instant kept_until;           // who has not asked again before then has lost it
  std::optional<Instant> turn;  // when there is a /48 for it, as far as is known
  bool operator==(const Place&) const = default;
};

// A member with an ASN, as routers see it: no leases while it is suspended.
struct HoldingMember {
  Subject subject;
  Assignment assignment;
  std::vector<Lease> leases;
};

// Who is told what a read found: once, by any thread, perhaps before the question returns.  It must
// not wait for anything.
template <class T>
using Told = std::function<void(Result<T>)>;

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Lowest free ASN first; asked again, the same answer, also when the pool is exhausted or has
  // moved elsewhere. Exhausted when none is left.
  virtual Result<AsnGrant> assign_asn(const Subject& holder, const AsnRange& pool, Instant now) = 0;

  // Chooses and records a /48 for the window (window.begin() is now): one that this holder had last
  // and that may not be anybody else's yet; else never-used first in pool order, then the longest
  // rested.  A /48
  // rests `cool_down`, less only when nothing else is free, never less than `cool_down_floor`.
  // QuotaReached at leases_per_member_max (or the member's own quota) leases that have not ended;
  // Suspended. Exhausted, with retry_after, when nothing is free: the detail says when the next one
  // frees.
  // Who is refused so waits in the pool's line, and keeps its place by asking again (Place).  What
  // has rested the floor is given to others only where more of it is free than those ahead in the
  // line need, or when it was kept for them for line::kKept.  Never-used ones, and what nobody else
  // may have yet, are no matter of the line.  A granted lease ends its holder's waiting everywhere.
  // A key that this member gave for a lease within kKeyKept before gets that lease again, as it
  // was granted; Conflict where the digest is another.  A refusal keeps no key.
  virtual Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                          const AllocationRules& rules,
                                          const std::optional<RequestKey>& key) = 0;
  Result<LeaseGrant> lease_prefix(const Subject& holder, const LeaseWindow& window,
                                  const AllocationRules& rules) {
    return lease_prefix(holder, window, rules, std::nullopt);
  }
  static constexpr std::chrono::hours kKeyKept{24};

  // Closes the window at now and returns the lease as it now stands.  NotFound unless this holder's
  // lease is in force, and the last of its /48: clocks differ, and one that is behind ends nothing
  // that was leased since. A lease revoked in the second it began was never in force: it is
  // removed, and its /48 still rests.
  virtual Result<Lease> revoke(const UserHash& holder, const Prefix48& prefix, Instant now) = 0;

  // Moves the end of a lease in force to `end`, never to an earlier one, and returns it as it now
  // stands. NotFound unless this holder's lease is in force; Suspended.
  virtual Result<Lease> renew(const UserHash& holder, const Prefix48& prefix, Instant end,
                              Instant now) = 0;

  // Whether a ROA is to be published for it.  NotFound unless this holder's lease is in force;
  // Suspended.
  virtual Result<RpkiSwitch> switch_rpki(const UserHash& holder, const Prefix48& prefix, bool on,
                                         Instant now) = 0;

  // A member's own history, the newest first: at most `limit` (1..1000) with a smaller id than
  // `before`.
  virtual Result<std::vector<Event>> events_of(const UserHash& holder,
                                               std::optional<std::uint64_t> before,
                                               std::size_t limit) const = 0;

  // The reads that are asked most; whoever asks may have better to do than to wait for a server.
  virtual void tell_holdings(const UserHash& holder, Instant now, Told<Holdings> told) const = 0;
  virtual void tell_assignment(const UserHash& holder,
                               Told<std::optional<Assignment>> told) const = 0;
  // One member that has an ASN; NotFound otherwise.
  virtual void tell_member(const UserHash& holder, Instant now, Told<HoldingMember> told) const = 0;

  // The same for whoever waits.
  [[nodiscard]] Result<Holdings> holdings_of(const UserHash& holder, Instant now) const;
  [[nodiscard]] Result<std::optional<Assignment>> assignment_of(const UserHash& holder) const;
  [[nodiscard]] Result<HoldingMember> member_at(const UserHash& holder, Instant now) const;

  // In the line of rules.pool; nullopt where this member is not in it, or no longer.
  virtual Result<std::optional<Place>> place_of(const UserHash& holder,
                                                const AllocationRules& rules,
                                                Instant now) const = 0;

  // Every member that has an ASN, by user hash.
  virtual Result<std::vector<HoldingMember>> members_at(Instant now) const = 0;

  // Moves with every verb that changes what somebody holds or may hold, and never otherwise.
  virtual Result<std::uint64_t> version() const = 0;

  // Calls `heard`, from a thread of its own, soon after anybody wrote, and whenever something may
  // have been missed.  Nullptr where a ledger hears of nothing: version() is to be asked.
  virtual std::unique_ptr<Listening> listen(std::function<void()> /*heard*/) const {
    return nullptr;
  }

  // The next instant after `now` at which a lease begins or ends; nullopt when nothing is pending.
  virtual Result<std::optional<Instant>> next_change_after(Instant now) const = 0;

  // What operators may do; as long-lived as the ledger.
  virtual Oversight& oversight() = 0;

  // Ok when the storage answers.
  virtual Result<void> ping() const = 0;

  // The program is about to end: whoever waits for a server is told soon that it does not answer
  // (Haste).  A store that waits for no server has nothing to hasten.
  virtual void hasten() {}
};

}  // namespace peerlab
