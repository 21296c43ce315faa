#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peerlab {

// An e-mail address that may stand in a router's configuration as a comment: letters, digits and
// ._%+- before the @, letters, digits, dot and hyphen after it, 254 characters at most.  Narrower
// than RFC 5321: whatever else an address may hold could end a comment or a string.
class EmailLabel {
 public:
  static Result<EmailLabel> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  auto operator<=>(const EmailLabel&) const = default;

 private:
  explicit EmailLabel(std::string text) : text_{std::move(text)} {}
  std::string text_;
};

}  // namespace peerlab
