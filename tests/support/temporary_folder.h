// A folder that ends with its value: for tests that touch files.
#pragma once

#include <filesystem>
#include <string>

namespace peerlab::testing_support {

class TemporaryFolder {
 public:
  // In the system's folder for such, or in this one.
  explicit TemporaryFolder(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path());
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace peerlab::testing_support
