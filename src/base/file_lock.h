#pragma once

#include <chrono>
#include <filesystem>
#include <functional>

#include "base/result.h"

namespace peerlab {

// One process at a time between taking and destruction.  The lock goes with the process, however it
// ends; the file stays.
class FileLock {
 public:
  // Conflict where another process keeps it longer than `patience`, or as soon as `in_vain` says
  // that waiting is of no use.
  static Result<FileLock> take(
      const std::filesystem::path& file, std::chrono::milliseconds patience,
      const std::function<bool()>& in_vain = [] { return false; });
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;
};

}  // namespace peerlab
