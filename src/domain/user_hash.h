// Who a member is: the token's subject, and its public name, a hash.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace peerlab {

// The `sub` of a verified token, e.g. auth0|5457edea.  It does not print (Secret) and is sealed at
// rest.
class Subject {
 public:
  static Result<Subject> parse(std::string text);  // 1..255 bytes, no control characters
  [[nodiscard]] const Secret& secret() const { return text_; }
  bool operator==(const Subject&) const = default;

 private:
  explicit Subject(std::string text) : text_{std::move(text)} {}
  Secret text_;
};

// Lowercase hexadecimal SHA-256 of the subject: how a member is named everywhere else.
class UserHash {
 public:
  static UserHash of(const Subject& subject);
  static Result<UserHash> parse(std::string_view text);  // 64 lowercase hexadecimal digits

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string short_text() const {
    return text_.substr(0, 8);
  }  // for labels and logs
  auto operator<=>(const UserHash&) const = default;

 private:
  explicit UserHash(std::string text) : text_{std::move(text)} {}
  std::string text_;
};

}  // namespace peerlab
