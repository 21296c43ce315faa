#include "domain/user_hash.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

namespace peerlab {

Result<Subject> Subject::parse(std::string text) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (text.empty() || text.size() > 255 || control) {
    return fail(ErrorKind::Malformed,
                "the subject must be 1 to 255 bytes without control characters");
  }
  return Subject{std::move(text)};
}

UserHash UserHash::of(const Subject& subject) {
  return UserHash{sha256_hex(subject.secret().reveal())};
}

Result<UserHash> UserHash::parse(std::string_view text) {
  if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return fail(ErrorKind::Malformed, "a user hash is 64 lowercase hexadecimal digits");
  }
  return UserHash{std::string{text}};
}

}  // namespace peerlab
