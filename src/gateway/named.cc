#include "gateway/named.h"

namespace peerlab::gateway {

tl::expected<Prefix48, Refused> prefix_named(std::string_view text) {
  const Result<Prefix48> prefix = Prefix48::parse(text);
  if (!prefix) return refuse(prefix.error(), {{ErrorKind::Malformed, "Invalid prefix format"}});
  return *prefix;
}

tl::expected<UserHash, Refused> member_named(std::string_view text) {
  const Result<UserHash> user = UserHash::parse(text);
  if (!user) return refuse(user.error());
  return *user;
}

}  // namespace peerlab::gateway
