#include "policy/join.h"

#include "base/text.h"

namespace peerlab::policy {
namespace {

constexpr Joined kNobody{nullptr, "belongs to no member with an ASN"};
constexpr Joined kOverruled{nullptr, "its provider id is not the one of the member it would join"};

Joined unless_overruled(const Mapping& mapping, const NodeOwner& owner) {
  const bool both_known = !mapping.provider_id.empty() && !owner.provider_id.empty();
  if (both_known && mapping.provider_id != owner.provider_id) return kOverruled;
  return {&mapping};
}

}  // namespace

MemberIndex::MemberIndex(std::span<const Mapping> mappings) {
  for (const Mapping& mapping : mappings) {
    if (!mapping.provider_id.empty()) by_provider_[mapping.provider_id].push_back(&mapping);
    for (const std::uint64_t user : mapping.overlay_user_ids) {
      if (user != 0) by_overlay_user_[user].push_back(&mapping);
    }
    if (mapping.email && !mapping.email->empty()) {
      by_email_[lowercase(*mapping.email)].push_back(&mapping);
    }
  }
}

Joined MemberIndex::owner_of(const Node& node) const {
  const NodeOwner& owner = node.owner;
  if (const auto found = by_provider_.find(owner.provider_id); found != by_provider_.end()) {
    if (found->second.size() > 1) return {nullptr, "its provider id names more than one member"};
    return {found->second.front()};
  }
  if (const auto found = by_overlay_user_.find(owner.user_id); found != by_overlay_user_.end()) {
    if (found->second.size() > 1) return {nullptr, "its overlay user names more than one member"};
    return unless_overruled(*found->second.front(), owner);
  }
  if (const auto found = by_email_.find(lowercase(owner.email)); found != by_email_.end()) {
    if (found->second.size() > 1) return {nullptr, "its e-mail names more than one member"};
    return unless_overruled(*found->second.front(), owner);
  }
  return kNobody;
}

}  // namespace peerlab::policy
