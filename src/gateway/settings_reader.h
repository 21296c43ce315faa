#pragma once

#include <chrono>
#include <optional>

#include "base/result.h"
#include "gateway/settings_given.h"

namespace peerlab::gateway {

// "10s", "60m" or "1h".
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

// Gives texts a meaning.  The first one that has none is kept as the error, and names its place.
class SettingsReader {
 public:
  explicit SettingsReader(const GivenSettings& given) : given_{given} {}

  [[nodiscard]] const Given* find(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name) const;  // empty where nobody said one
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] bool on(std::string_view name);
  std::optional<std::uint32_t> number(std::string_view name, std::uint32_t low, std::uint32_t high);
  std::optional<std::chrono::seconds> duration(std::string_view name);  // "10s", "60m", "1h"

  // Which of two ways to say one thing was said at the stronger place; nothing where neither was.
  std::optional<std::string_view> either(std::string_view name, std::string_view other);

  // Where the setting stands: "--pool", "PEERLAB_GATEWAY_POOL" or "gateway.toml:3: pool".
  [[nodiscard]] std::string place(std::string_view name, std::size_t element = 0) const;
  void refuse(std::string_view name, std::string_view problem, std::size_t element = 0);
  void refuse_all(Error error);  // the error says itself where

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  const GivenSettings& given_;
  std::optional<Error> error_;
};

}  // namespace peerlab::gateway
