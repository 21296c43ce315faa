#include "ledger/ledger.h"

#include <future>

namespace peerlab {
namespace {

template <class T, class Ask>
Result<T> awaited(const Ask& ask) {
  std::promise<Result<T>> promise;
  std::future<Result<T>> told = promise.get_future();
  ask([&promise](Result<T> found) { promise.set_value(std::move(found)); });
  return told.get();
}

}  // namespace

Result<Holdings> Ledger::holdings_of(const UserHash& holder, Instant now) const {
  return awaited<Holdings>([&](auto told) { tell_holdings(holder, now, std::move(told)); });
}

Result<std::optional<Assignment>> Ledger::assignment_of(const UserHash& holder) const {
  return awaited<std::optional<Assignment>>(
      [&](auto told) { tell_assignment(holder, std::move(told)); });
}

Result<HoldingMember> Ledger::member_at(const UserHash& holder, Instant now) const {
  return awaited<HoldingMember>([&](auto told) { tell_member(holder, now, std::move(told)); });
}

}  // namespace peerlab
