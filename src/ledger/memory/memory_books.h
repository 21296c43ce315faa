// What a ledger in memory remembers, and the steps its verbs share.  Held under one mutex.
#pragma once

#include <map>
#include <mutex>

#include "ledger/allocation.h"
#include "ledger/ledger.h"

namespace peerlab::memory {

struct Member {
  std::uint64_t number;
  std::optional<Subject> subject;  // nullopt: forgotten
  Assignment assignment;
  std::optional<std::uint32_t> leases_max = {};
  std::optional<Suspension> suspension = {};
};

struct KeptRequest {
  std::string digest;
  Lease lease;  // as it was granted
};

struct Waiting {
  UserHash holder;
  std::string line;  // line::name_of its pool
  Instant since;
  Instant kept_until;
};

struct Books {
  mutable std::mutex mutex;
  std::map<UserHash, Member> members;
  std::map<Asn, UserHash> asns;
  std::map<Prefix48, allocation::UsedPrefix> used;
  std::vector<Lease> leases;
  std::map<std::pair<UserHash, std::string>, KeptRequest> requests;
  std::vector<Waiting> waiting;  // in the order of their coming
  std::vector<Event> events;
  std::vector<SealedEvent> chain;
  std::uint64_t last_lease = 0;
  std::uint64_t version = 0;

  [[nodiscard]] Member* find(const UserHash& user);
  [[nodiscard]] const Member* find(const UserHash& user) const;
  [[nodiscard]] std::vector<Lease> in_force(const UserHash& holder, Instant now) const;
  [[nodiscard]] Lease* lease_in_force(const Prefix48& prefix, Instant now);
  // What of the pool was leased before, the longest rested first.
  [[nodiscard]] std::vector<allocation::UsedPrefix> used_in(const PrefixPool& pool) const;
  // The line of the pool, but for those whose place has lapsed.
  [[nodiscard]] std::vector<Waiting> line_of(const PrefixPool& pool, Instant now) const;
  void leave_all_lines(const UserHash& holder);
  // Its window ends now; one that began in this second goes.  Returned as it now stands.
  Lease close(Lease& lease, Instant now);
  void tell(EventKind kind, const Member& member, Instant at, const std::string& actor,
            const Lease* lease = nullptr, std::string note = {});
};

}  // namespace peerlab::memory
