#pragma once

#include <chrono>
#include <filesystem>

#include "base/result.h"

namespace peerlab::confgen {

// One run at a time: the timer's and a person's never interleave.  The lock goes with the program,
// however it ends.
class RunLock {
 public:
  // Conflict where another run keeps it longer than `patience`, or at once where that one stays.
  static Result<RunLock> take(const std::filesystem::path& state_directory,
                              std::chrono::milliseconds patience);
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  ~RunLock();

  // This run goes on for good (--watch): nobody need wait for its end.
  void stay() const;

 private:
  explicit RunLock(int descriptor) : descriptor_{descriptor} {}
  int descriptor_;
};

}  // namespace peerlab::confgen
