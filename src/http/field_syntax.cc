#include "http/field_syntax.h"

#include <algorithm>

namespace peerlab::http {
namespace {

bool token_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

}  // namespace

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), token_character);
}

bool is_safe(const Header& field) {
  return is_token(field.name) && std::none_of(field.value.begin(), field.value.end(), control);
}

}  // namespace peerlab::http
