#include "http/percent.h"

#include <array>
#include <optional>

#include "http/request.h"

namespace peerlab::http {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

bool unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// What the first byte of a sequence promises; the second byte's bounds exclude overlong forms,
// surrogates and numbers above U+10FFFF (RFC 3629, table in section 4).
struct Sequence {
  std::size_t length;
  unsigned char second_low, second_high;
};

Sequence sequence_of(unsigned char first) {
  if (first >= 0xC2 && first <= 0xDF) return {2, 0x80, 0xBF};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {3, 0x80, 0xBF};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {4, 0x80, 0xBF};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  for (std::size_t i = 0; i < bytes.size();) {
    if (at(i) < 0x80) {
      ++i;
      continue;
    }
    const Sequence sequence = sequence_of(at(i));
    if (sequence.length == 0 || i + sequence.length > bytes.size()) return false;
    if (at(i + 1) < sequence.second_low || at(i + 1) > sequence.second_high) return false;
    for (std::size_t k = i + 2; k < i + sequence.length; ++k) {
      if (at(k) < 0x80 || at(k) > 0xBF) return false;
    }
    i += sequence.length;
  }
  return true;
}

Result<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::IsBlank) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
      if (!high || !low) {
        return fail(ErrorKind::Malformed, "a '%' is not followed by two hexadecimal digits");
      }
      decoded += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (!is_utf8(decoded)) return fail(ErrorKind::Malformed, "the request target is not UTF-8");
  return decoded;
}

std::string percent_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved(c)) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return encoded;
}

std::string form_encode(const std::vector<Parameter>& parameters) {
  std::string form;
  for (const Parameter& parameter : parameters) {
    if (!form.empty()) form += '&';
    form += percent_encode(parameter.name) + '=' + percent_encode(parameter.value);
  }
  return form;
}

}  // namespace peerlab::http
