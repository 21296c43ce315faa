#include "tests/support/golden/golden.h"

#include <filesystem>

#include "base/file.h"

namespace peerlab::testing_support {

std::string golden(const std::string& name, std::string_view rendered) {
  const auto reviewed =
      read_file(std::filesystem::path{PEERLAB_SOURCE_DIR} / "tests/golden" / name);
  if (reviewed && *reviewed == rendered) return *reviewed;
  const auto beside = std::filesystem::path{PEERLAB_BINARY_DIR} / "golden" / name;
  std::filesystem::create_directories(beside.parent_path());
  const auto written = write_file(beside, rendered);
  return reviewed.value_or("no golden file yet; rendered text " +
                           (written ? "is " + beside.string() : written.error().detail) + "\n");
}

}  // namespace peerlab::testing_support
