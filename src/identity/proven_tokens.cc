#include "identity/proven_tokens.h"

#include <cstring>
#include <utility>

namespace peerlab::identity {

std::size_t ProvenTokens::FirstBytes::operator()(const Digest& digest) const {
  std::size_t first = 0;
  std::memcpy(&first, digest.data(), sizeof first);
  return first;
}

ProvenTokens::Known ProvenTokens::find(const Digest& digest) {
  const std::lock_guard lock{mutex_};
  if (const auto used = used_.find(digest); used != used_.end()) return used->second;
  auto unused = unused_.extract(digest);
  if (!unused) return nullptr;
  put(digest, unused.mapped());
  return std::move(unused.mapped());
}

void ProvenTokens::keep(const Digest& digest, ProvenToken token) {
  auto known = std::make_shared<const ProvenToken>(std::move(token));
  const std::lock_guard lock{mutex_};
  unused_.erase(digest);
  put(digest, std::move(known));
}

void ProvenTokens::put(const Digest& digest, Known token) {
  if (used_.size() >= most_) unused_ = std::exchange(used_, {});
  used_.insert_or_assign(digest, std::move(token));
}

std::size_t ProvenTokens::size() const {
  const std::lock_guard lock{mutex_};
  return used_.size() + unused_.size();
}

}  // namespace peerlab::identity
