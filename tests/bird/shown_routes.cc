#include "tests/bird/shown_routes.h"

#include "base/text.h"

namespace peerlab::bird {
namespace {

std::vector<std::uint32_t> numbers_in(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  while (true) {
    const auto begin = text.find_first_of("0123456789");
    if (begin == std::string_view::npos) return numbers;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    numbers.push_back(parse_decimal<std::uint32_t>(text.substr(0, end)).value());
    text.remove_prefix(end);
  }
}

void add_attribute(ShownRoute& shown, std::string_view line) {
  const auto [name, value] = split_once(trim(line), ':');
  if (name == "BGP.as_path") shown.route.path = numbers_in(value);
  if (name != "BGP.large_community") return;
  const std::vector<std::uint32_t> numbers = numbers_in(value);
  for (std::size_t i = 0; i + 2 < numbers.size(); i += 3) {
    shown.route.communities.push_back({numbers[i], numbers[i + 1], numbers[i + 2]});
  }
}

}  // namespace

// "3fff:100:1::/48  unicast [name 12:00:00.000] * (200)"; further routes of a prefix leave it out.
std::vector<ShownRoute> shown_routes(std::string_view text) {
  std::vector<ShownRoute> shown;
  Ipv6Prefix prefix = *Ipv6Prefix::parse("::/0");
  for (const std::string_view line : split(text, '\n')) {
    const auto open = line.find('[');
    if (line.starts_with('\t') || open == std::string_view::npos) {
      if (!shown.empty()) add_attribute(shown.back(), line);
      continue;
    }
    if (const auto named = Ipv6Prefix::parse(line.substr(0, line.find(' ')))) prefix = *named;
    const std::string_view origin = line.substr(open + 1);
    shown.push_back({std::string{origin.substr(0, origin.find(' '))}, {prefix, {}, {}}});
  }
  return shown;
}

}  // namespace peerlab::bird
