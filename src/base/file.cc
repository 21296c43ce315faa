#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/digest.h"
#include "base/owner.h"

namespace peerlab {
namespace {

namespace fs = std::filesystem;

Failure refused(std::string_view what, const fs::path& path) {
  const int number = errno;
  const ErrorKind kind = number == ENOENT   ? ErrorKind::NotFound
                         : number == EEXIST ? ErrorKind::Conflict
                                            : ErrorKind::NotPermitted;
  return fail(kind, fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(number)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

enum class Lasting { OnDisk, InMemory };  // is it there after a power cut?

Result<void> write_new(const fs::path& path, std::string_view bytes, mode_t mode, Lasting lasting) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
  if (!file.ok()) return refused("create", path);
  give_to_owner_of_folder(file.get(), path);
  // fchmod: the mode asked for, whatever the umask.
  if (::fchmod(file.get(), mode) != 0 || !write_all(file.get(), bytes) ||
      (lasting == Lasting::OnDisk && ::fsync(file.get()) != 0)) {
    return refused("write", path);
  }
  return {};
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path{"."};
}

Result<void> sync_folder(const fs::path& folder) {
  const Descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!directory.ok() || ::fsync(directory.get()) != 0) return refused("sync", folder);
  return {};
}

// How the finished neighbour file takes the name: rename(2) replaces, link(2) refuses what is
// there.
using TakeName = int (*)(const char* stage, const char* path);

Result<void> write_beside(const fs::path& path, std::string_view bytes, mode_t mode,
                          TakeName take_name) {
  const fs::path folder = folder_of(path);
  const fs::path stage = folder / fmt::format(".{}.{}", path.filename().string(), random_hex(6));
  Result<void> done = write_new(stage, bytes, mode, Lasting::OnDisk);
  if (done && take_name(stage.c_str(), path.c_str()) != 0) done = refused("put in place", path);
  ::unlink(stage.c_str());  // gone already where it was renamed
  return done ? sync_folder(folder) : done;
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t most) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.ok()) return refused("read", path);
  std::string bytes;
  std::string part(64U << 10U, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused("read", path);
    if (got == 0) return bytes;
    bytes.append(part, 0, static_cast<std::size_t>(got));
    if (bytes.size() > most) {
      return fail(ErrorKind::Malformed,
                  fmt::format("{} is longer than {} bytes", path.string(), most));
    }
  }
}

Result<void> write_file(const fs::path& path, std::string_view bytes, mode_t mode) {
  return write_beside(path, bytes, mode, &::rename);
}

Result<void> write_scratch(const fs::path& path, std::string_view bytes, mode_t mode) {
  return write_new(path, bytes, mode, Lasting::InMemory);
}

Result<void> create_file(const fs::path& path, std::string_view bytes, mode_t mode) {
  return write_beside(path, bytes, mode, &::link);
}

}  // namespace peerlab
