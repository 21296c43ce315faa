#pragma once

#include <chrono>
#include <filesystem>

#include "base/result.h"

namespace peerlab::confgen {

// One run at a time: the timer's and a person's never interleave.  The lock goes with the program,
// however it ends.
class RunLock {
 public:
  // Conflict where another run keeps it longer than `patience`.
  static Result<RunLock> take(const std::filesystem::path& state_directory,
                              std::chrono::milliseconds patience);
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  ~RunLock();

 private:
  explicit RunLock(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;
};

}  // namespace peerlab::confgen
