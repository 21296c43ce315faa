// Members' changes, penalties and quarantines as `status` shows them.
#pragma once

#include <boost/json/fwd.hpp>
#include <iosfwd>

#include "confgen/change_ledger.h"

namespace peerlab::confgen {

void print_changes(std::ostream& out, const ChangeLedger& ledger, Instant now);
// Who is in quarantine.
[[nodiscard]] boost::json::array quarantined_as_json(const ChangeLedger& ledger, Instant now);
// Everybody with something to remember.
[[nodiscard]] boost::json::array changes_as_json(const ChangeLedger& ledger, Instant now);

}  // namespace peerlab::confgen
