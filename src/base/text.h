// Small, locale-free readers of text that every grammar here needs.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peerlab {

// ("a", "b-c") for ("a-b-c", '-'); the second part is empty where there is no separator.
[[nodiscard]] std::pair<std::string_view, std::string_view> split_once(std::string_view text,
                                                                       char separator);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

// Without blanks, tabs and line ends at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

// What stands between blanks: "a  b " has two.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view line);

// ASCII only; other bytes stay as they are.
[[nodiscard]] std::string lowercase(std::string_view text);

// "1st", "22nd", "113th".
[[nodiscard]] std::string ordinal(std::uint64_t number);

// What a stranger's text looks like in a message of ours: printable ASCII, at most `most` bytes,
// the rest escaped or cut.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most = 80);

// The whole text as a decimal number without sign, blanks or leading '+'; nullopt where it is none
// or does not fit.
template <class Unsigned>
[[nodiscard]] std::optional<Unsigned> parse_decimal(std::string_view text) {
  Unsigned value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace peerlab
