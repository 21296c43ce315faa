// What a database holds, read by its own command line and not by our code.
#pragma once

#include <filesystem>
#include <vector>

#include "domain/asn.h"
#include "domain/lease.h"

namespace peerlab::fire {

struct StoredLease {
  Prefix48 prefix;
  UserHash holder;
  Instant begin;
  Instant end;
};

struct StoredAssignment {
  UserHash holder;
  Asn asn;
  Instant since;
};

struct LedgerState {
  std::vector<StoredLease> leases;
  std::vector<StoredAssignment> assignments;
};

// `url` as --database-url has it.  Throws where it cannot be read.
[[nodiscard]] LedgerState read_ledger(const std::string& url);

}  // namespace peerlab::fire
