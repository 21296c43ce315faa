#include "base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "base/owner.h"

namespace peerlab {

Result<FileLock> FileLock::take(const std::filesystem::path& file,
                                std::chrono::milliseconds patience,
                                const std::function<bool()>& in_vain) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC;
  int descriptor = ::open(file.c_str(), kFlags | O_EXCL, 0600);
  if (descriptor >= 0) {
    give_to_owner_of_folder(descriptor, file);
  } else if (errno == EEXIST) {
    descriptor = ::open(file.c_str(), kFlags, 0600);
  }
  if (descriptor < 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)));
  }
  FileLock lock{descriptor};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (in_vain() || std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorKind::Conflict, fmt::format("another process holds {} for more than {} ms",
                                                   file.string(), patience.count()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace peerlab
