// A disk that is soon full: for tests of what happens then.
#pragma once

#include <filesystem>
#include <string>

namespace peerlab::testing_support {

// In memory, at `folder`, which it makes where it is missing; gone with its value, also where a
// test fails half-way.
class SmallDisk {
 public:
  // `options` are tmpfs(5)'s.
  explicit SmallDisk(std::filesystem::path folder, const std::string& options = "size=1m");
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();

  // Without root there is none: such a test is skipped.
  [[nodiscard]] bool mounted() const { return mounted_; }

  void fill() const;  // to the last byte
  void free() const;  // what fill() took

 private:
  [[nodiscard]] std::filesystem::path filler() const { return folder_ / "filler"; }
  std::filesystem::path folder_;
  bool mounted_;
};

}  // namespace peerlab::testing_support
