// The chain of events, as rows: seals link what tell() wrote.
#pragma once

#include "ledger/oversight.h"
#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

[[nodiscard]] Result<bool> anything_to_seal(Connection& connection);
// Within a transaction of a writer: how many there were.
[[nodiscard]] Result<std::size_t> seal_events(Connection& connection);
[[nodiscard]] Result<std::vector<SealedEvent>> chain_after(Connection& connection,
                                                           std::uint64_t position,
                                                           std::size_t limit);
// A seal that is missing, or whose event is missing or is not what was written, is broken.
[[nodiscard]] Result<Chain> verify_chain(Connection& connection);

}  // namespace peerlab::sqlite
