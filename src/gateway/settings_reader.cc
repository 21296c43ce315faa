#include "gateway/settings_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

const SettingKey& key_named(std::string_view name) {
  return *std::ranges::find(all_setting_keys(), name, &SettingKey::name);
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto count = parse_decimal<std::uint16_t>(text.substr(0, text.size() - 1));
  if (!count) return std::nullopt;
  switch (text.back()) {
    case 's':
      return std::chrono::seconds{*count};
    case 'm':
      return std::chrono::minutes{*count};
    case 'h':
      return std::chrono::hours{*count};
    default:
      return std::nullopt;
  }
}

const Given* SettingsReader::find(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() || found->second.spelled.empty() ? nullptr : &found->second;
}

std::string SettingsReader::text(std::string_view name) const {
  const Given* const given = find(name);
  return given == nullptr ? std::string{} : given->spelled.front().text;
}

std::vector<std::string> SettingsReader::texts(std::string_view name) const {
  std::vector<std::string> list;
  const Given* const given = find(name);
  if (given == nullptr) return list;
  for (const Spelled& one : given->spelled) list.push_back(one.text);
  return list;
}

bool SettingsReader::on(std::string_view name) {
  const std::string said = lowercase(text(name));
  if (said == "true" || said == "1") return true;
  if (!said.empty() && said != "false" && said != "0") refuse(name, "write true or false");
  return false;
}

std::optional<std::uint32_t> SettingsReader::number(std::string_view name, std::uint32_t low,
                                                    std::uint32_t high) {
  const auto value = parse_decimal<std::uint32_t>(text(name));
  if (value && low <= *value && *value <= high) return value;
  refuse(name, fmt::format("'{}' is not possible: write a whole number from {} to {}",
                           printable(text(name)), low, high));
  return std::nullopt;
}

std::optional<std::chrono::seconds> SettingsReader::duration(std::string_view name) {
  const auto value = parse_duration(text(name));
  if (!value) {
    refuse(name,
           fmt::format("'{}' is no duration: write it like 10s, 5m or 1h", printable(text(name))));
  }
  return value;
}

std::optional<std::string_view> SettingsReader::either(std::string_view name,
                                                       std::string_view other) {
  const Given* const one = find(name);
  const Given* const two = find(other);
  if (one == nullptr && two == nullptr) return std::nullopt;
  if (one == nullptr || two == nullptr) return one != nullptr ? name : other;
  if (one->source == two->source) {
    refuse(other, fmt::format("{} says the same thing already: keep one of them", place(name)));
  }
  return one->source > two->source ? name : other;
}

std::string SettingsReader::place(std::string_view name, std::size_t element) const {
  const Given* const given = find(name);
  if (given == nullptr) return flag_of(key_named(name));
  const std::string& where = given->spelled.at(element).where;
  if (given->source != Source::File) return where;
  return fmt::format("{}: {}", where, file_key_of(key_named(name)));
}

void SettingsReader::refuse(std::string_view name, std::string_view problem, std::size_t element) {
  refuse_all(Error{ErrorKind::Malformed, fmt::format("{}: {}", place(name, element), problem)});
}

void SettingsReader::refuse_all(Error error) {
  if (!error_) error_ = std::move(error);
}

}  // namespace peerlab::gateway
