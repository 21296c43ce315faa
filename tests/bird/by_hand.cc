#include "tests/bird/by_hand.h"

#include <cstdlib>
#include <filesystem>

#include "base/file.h"

namespace peerlab::bird {

std::string by_hand(std::string_view name, std::string_view text) {
  const char* const given = std::getenv("PEERLAB_FIXED_PART");
  if (given == nullptr || std::filesystem::path{given}.filename() != name) return std::string{text};
  return read_file(given).value();
}

}  // namespace peerlab::bird
