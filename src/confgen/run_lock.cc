#include "confgen/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "base/file.h"

namespace peerlab::confgen {
namespace {

constexpr std::string_view kStays = "watch";

}  // namespace

Result<RunLock> RunLock::take(const std::filesystem::path& state_directory,
                              std::chrono::milliseconds patience) {
  const std::filesystem::path file = state_directory / "lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)));
  }
  RunLock lock{descriptor};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (const auto holder = read_file(file, 64); holder && *holder == kStays) {
      return fail(ErrorKind::Conflict,
                  fmt::format("peerlab-bird-config --watch is at work on {}: it does what a single "
                              "run does",
                              state_directory.string()));
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorKind::Conflict, fmt::format("another run holds {} for more than {} ms",
                                                   file.string(), patience.count()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  [[maybe_unused]] const int emptied = ::ftruncate(descriptor, 0);  // one that stayed was killed
  return lock;
}

void RunLock::stay() const {
  // Where it cannot be said, others wait in vain and say so then.
  [[maybe_unused]] const ssize_t said = ::pwrite(descriptor_, kStays.data(), kStays.size(), 0);
}

RunLock::RunLock(RunLock&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

RunLock::~RunLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace peerlab::confgen
