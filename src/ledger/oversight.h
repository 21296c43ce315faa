// What operators may do, and what they and the public may know afterwards.  Part of the ledger's
// contract: tests/contract/oversight_test.cc runs over every back end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/mapping.h"
#include "domain/prefix_pool.h"
#include "ledger/event.h"

namespace peerlab {

struct Suspension {
  Instant since;
  std::string reason;  // the member reads it
  bool operator==(const Suspension&) const = default;
};

// One member, as an operator sees it: by hash and number, not by name.
struct MemberRecord {
  std::uint64_t number;
  Assignment assignment;
  std::optional<std::uint32_t> leases_max;  // its own quota
  std::optional<Suspension> suspension;
  std::vector<Lease> leases;  // in force, sorted by prefix, also while it is suspended
};

// Which members are meant.
struct MemberSearch {
  std::optional<bool> suspended = {};  // those who are, or are not
  std::string user = {};               // the first digits of the user hash
  std::string after = {};              // those behind it: a user hash, or its first digits
};

// A lease in force and whose it is.
struct LeaseRecord {
  Lease lease;
  std::uint64_t member;
  Asn asn;
  bool suspended;  // its holder is: no router hears of the lease
  bool operator==(const LeaseRecord&) const = default;
};

// Who held a /48 at an instant, without naming anybody.
struct Tenure {
  std::uint64_t member;
  Asn asn;
  LeaseWindow window;
  bool operator==(const Tenure&) const = default;
};

// An event and its place in the chain.
struct SealedEvent {
  std::uint64_t position;  // from 1, without a gap
  Event event;
  std::string link;  // link_of the one before it and this event
};

// A /48 that was leased.
struct PrefixUse {
  Prefix48 prefix;
  Instant free_from;  // the end of its last lease: in the future while that is in force
  bool operator==(const PrefixUse&) const = default;
};

// How much is given away.
struct Taken {
  std::uint64_t asns;  // ever assigned: the forgotten keep theirs
  std::uint64_t
      prefixes;  // /48s whose last lease has not ended, also while its holder is suspended
  bool operator==(const Taken&) const = default;
};

// Each verb that changes something is one transaction with its event; `by` is the operator's name.
// NotFound where no member of this hash has an ASN.
class Oversight {
 public:
  virtual ~Oversight() = default;

  // Members with an ASN that were not forgotten, by user hash: the first `limit` of those meant.
  virtual Result<std::vector<MemberRecord>> members(const MemberSearch& wanted, std::size_t limit,
                                                    Instant now) const = 0;
  virtual Result<MemberRecord> member(const UserHash& user, Instant now) const = 0;

  // The routers see no lease of a suspended member from now on, and it gets none and waits for
  // none.  Again: the reason becomes this one, the beginning stays.
  virtual Result<MemberRecord> suspend(const UserHash& user, const std::string& reason,
                                       const std::string& by, Instant now) = 0;
  // What is still in force goes back to the routers.  Of one that is not suspended: nothing.
  virtual Result<MemberRecord> resume(const UserHash& user, const std::string& by, Instant now) = 0;

  // nullopt: the platform's.  0 is allowed: this member gets no further lease.
  static constexpr std::uint32_t kLeasesMost = 64;
  virtual Result<MemberRecord> set_quota(const UserHash& user,
                                         std::optional<std::uint32_t> leases_max,
                                         const std::string& by, Instant now) = 0;

  // The leases in force, by prefix: the first `limit` of those behind `after`.
  virtual Result<std::vector<LeaseRecord>> leases(std::optional<Prefix48> after, std::size_t limit,
                                                  Instant now) const = 0;

  // Closes the window of whoever's lease is in force, as its holder's revoke does; NotFound where
  // there is none.
  virtual Result<Lease> end_lease(const Prefix48& prefix, const std::string& by, Instant now) = 0;

  // The person's right: its leases in force are ended, then subject and hash are gone from the
  // ledger, its keys of requests and its places in line too.  Number, ASN, windows and events stay,
  // so the chain holds and a /48 rests as ever; the ASN is nobody else's ever.  Who signs in again
  // is a new member.  NotFound of one who only stands in line too, whose places go.
  virtual Result<void> forget(const UserHash& user, const std::string& by, Instant now) = 0;

  // nullopt: nobody.
  virtual Result<std::optional<Tenure>> tenure_of(const Prefix48& prefix, Instant at) const = 0;

  // How many wait for a /48 of this pool (Ledger::place_of).
  virtual Result<std::uint64_t> waiting_for(const PrefixPool& pool, Instant now) const = 0;

  // The /48s that are free only from an instant after `since` on, by prefix.
  virtual Result<std::vector<PrefixUse>> pool_use(Instant since) const = 0;

  // Of this range of ASNs, and of all /48s.  Counted where they are kept, not read.
  virtual Result<Taken> taken(const AsnRange& asns, Instant now) const = 0;

  // Links every event of a committed transaction that is not linked yet; how many there were.  Any
  // number of programs may do it at once.
  virtual Result<std::size_t> seal_events() = 0;
  // At most `limit` (1..1000) from behind `position` on, in the chain's order.
  virtual Result<std::vector<SealedEvent>> chain_after(std::uint64_t position,
                                                       std::size_t limit) const = 0;
  // Everything read again.
  virtual Result<Chain> verify_chain() const = 0;
};

}  // namespace peerlab
