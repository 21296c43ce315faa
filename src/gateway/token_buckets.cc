#include "gateway/token_buckets.h"

#include <algorithm>

#include "base/digest.h"

namespace peerlab::gateway {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

// Who meets in one row of the table competes for its places.
constexpr std::size_t kPlacesInARow = 8;

}  // namespace

TokenBuckets::TokenBuckets(Allowance allowance, std::size_t most)
    : allowance_{allowance},
      each_{nanoseconds{allowance.window} / allowance.requests},
      buckets_(std::max<std::size_t>(most / kPlacesInARow, 1) * kPlacesInARow) {}

TokenBuckets::Bucket& TokenBuckets::bucket_of(std::uint64_t owner) {
  const std::size_t rows = buckets_.size() / kPlacesInARow;
  const auto row = buckets_.begin() + static_cast<std::ptrdiff_t>(owner % rows * kPlacesInARow);
  const auto end = row + kPlacesInARow;
  const auto own = std::find_if(row, end, [&](const Bucket& one) { return one.owner == owner; });
  if (own != end) return *own;
  Bucket& fullest = *std::min_element(
      row, end, [](const Bucket& one, const Bucket& two) { return one.full_at < two.full_at; });
  fullest = Bucket{owner, Steady::time_point::min()};
  return fullest;
}

TokenBuckets::Draw TokenBuckets::draw(std::string_view owner, Steady::time_point now) {
  const std::lock_guard lock{mutex_};
  Bucket& bucket = bucket_of(short_hash(owner));
  const nanoseconds whole = each_ * allowance_.requests;
  const nanoseconds missing = std::max(bucket.full_at, now) + each_ - now;
  if (missing > whole) return {false, 0, std::chrono::ceil<seconds>(missing - whole)};
  bucket.full_at = now + missing;
  const auto left = static_cast<std::uint32_t>((whole - missing) / each_);
  return {true, left, std::chrono::ceil<seconds>(left > 0 ? missing : missing + each_ - whole)};
}

}  // namespace peerlab::gateway
