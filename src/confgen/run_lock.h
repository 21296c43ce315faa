#pragma once

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/file_lock.h"

namespace peerlab::confgen {

// One run at a time: the timer's and a person's never interleave.  The lock goes with the program,
// however it ends.
class RunLock {
 public:
  // Conflict where another run keeps it longer than `patience`, or at once where that one stays.
  static Result<RunLock> take(const std::filesystem::path& state_directory,
                              std::chrono::milliseconds patience);
  // This run goes on for good (--watch): nobody need wait for its end.
  void stay() const;

 private:
  RunLock(FileLock lock, std::filesystem::path file)
      : lock_{std::move(lock)}, file_{std::move(file)} {}
  FileLock lock_;
  std::filesystem::path file_;
};

}  // namespace peerlab::confgen
