#include "bird/version.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab::bird {

Result<std::string> supported_version(std::string_view words) {
  const std::string_view line = trim(words.substr(0, words.find('\n')));
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
