#include "bird/version.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace peerlab::bird {
namespace {

// BIRD's libraries may have something to say first: "Warning: using insecure memory!" where no
// memory can be locked, as in some containers.
std::string_view naming_line(std::string_view words) {
  const std::vector<std::string_view> lines = split(words, '\n');
  const auto found =
      std::ranges::find_if(lines, [](std::string_view line) { return line.starts_with("BIRD "); });
  return trim(found == lines.end() ? lines.front() : *found);
}

}  // namespace

Result<std::string> supported_version(std::string_view words) {
  const std::string_view line = naming_line(words);
  const auto refuse = [](std::string_view who) {
    return fail(
        ErrorKind::Unprocessable,
        fmt::format("{} is not supported: this policy is for BIRD 2 (2.0.12 or 2.17)", who));
  };
  std::string_view number = line;
  if (!number.starts_with("BIRD ")) return refuse(fmt::format("\"{}\"", printable(line, 80)));
  number.remove_prefix(5);
  if (number.starts_with("version ")) number.remove_prefix(8);
  if (!number.starts_with("2.")) return refuse(printable("BIRD " + std::string{number}, 80));
  return std::string{number};
}

}  // namespace peerlab::bird
