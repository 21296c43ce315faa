#include "domain/email_label.h"

#include "base/text.h"

namespace peerlab {
namespace {

constexpr std::size_t kMost = 254;  // RFC 5321 4.5.3.1.3, without its angle brackets

constexpr std::string_view kHost =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

bool holds_only(std::string_view text, std::string_view more) {
  for (const char c : text) {
    if (kHost.find(c) == kHost.npos && more.find(c) == more.npos) return false;
  }
  return !text.empty();
}

}  // namespace

Result<EmailLabel> EmailLabel::parse(std::string_view text) {
  const auto [mailbox, host] = split_once(text, '@');
  if (text.size() > kMost || !holds_only(mailbox, "_%+") || !holds_only(host, "")) {
    return fail(ErrorKind::Malformed, "not an e-mail address that a comment may hold");
  }
  return EmailLabel{std::string{text}};
}

}  // namespace peerlab
