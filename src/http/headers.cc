#include "http/headers.h"

#include <algorithm>

namespace peerlab::http {
namespace {

constexpr std::size_t kUsual = 10;  // fields of a request or a response

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool equal_without_case(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Header& field : fields_) {
    if (equal_without_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [&](const Header& field) { return equal_without_case(field.name, name); }));
}

void Headers::add(std::string name, std::string value) {
  if (fields_.empty()) fields_.reserve(kUsual);
  fields_.push_back(Header{std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const Header& field) { return equal_without_case(field.name, name); });
  add(std::string{name}, std::move(value));
}

}  // namespace peerlab::http
