#pragma once

#include <chrono>
#include <filesystem>

#include "base/result.h"

namespace peerlab::cli {

// One process at a time between taking and destruction.  The lock goes with the process, however it
// ends; the file stays.
class FileLock {
 public:
  // Conflict where another process keeps it longer than `patience`.
  static Result<FileLock> take(const std::filesystem::path& file,
                               std::chrono::milliseconds patience);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;
};

}  // namespace peerlab::cli
