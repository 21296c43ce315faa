#pragma once

#include <string>
#include <string_view>

namespace peerlab::gateway {

// The field If-None-Match (RFC 9110, 13.1.2) against ETags that hold no comma.
class IfNoneMatch {
 public:
  explicit IfNoneMatch(std::string_view field) : field_{field} {}
  // Weak comparison; `*` names every ETag, an empty field none.
  [[nodiscard]] bool names(std::string_view etag) const;
  // Whatever the answer will be, it names it: nothing is worth waiting for.
  [[nodiscard]] bool names_every() const;

 private:
  std::string field_;
};

}  // namespace peerlab::gateway
