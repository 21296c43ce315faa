#include "ledger/sqlite/opened_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "ledger/stored.h"

namespace peerlab::sqlite {

Result<OpenedFiles> OpenedFiles::of(const std::filesystem::path& database) {
  std::error_code failed;
  // SQLite keeps the log beside the file itself, not beside a link to it.
  const std::filesystem::path file = std::filesystem::canonical(database, failed);
  std::vector<Opened> files;
  for (const char* const ending : {"", "-wal", "-shm"}) {
    const std::string path = (failed ? database : file).string() + ending;
    struct ::stat seen {};
    if (::stat(path.c_str(), &seen) == 0) {
      files.push_back({path, seen.st_dev, seen.st_ino});
    } else if (files.empty()) {
      return fail(ErrorKind::NotPermitted,
                  fmt::format("cannot look at the ledger {}: {}", path, std::strerror(errno)));
    }
  }
  return OpenedFiles{std::move(files)};
}

Result<void> OpenedFiles::in_place(const Opened& file) const {
  struct ::stat seen {};
  const int looked = ::stat(file.path.c_str(), &seen);
  if (looked == 0 && seen.st_dev == file.device && seen.st_ino == file.inode) return {};
  const std::string what = looked == 0       ? "is another file than the one that is open"
                           : errno == ENOENT ? "is not there any longer"
                                             : std::strerror(errno);
  const std::string cure =
      &file == &files_.front()
          ? fmt::format(
                "put it back where it was; where it was deleted, copy it from /proc/{}/fd "
                "before this process ends (docs/operating-gateway.md)",
                ::getpid())
          : "stop the gateway by SIGTERM, which puts all of it into the database, and start it";
  return stored::unusable(fmt::format("{} {}: {}", file.path, what, cure));
}

Result<void> OpenedFiles::database_in_place() const { return in_place(files_.front()); }

Result<void> OpenedFiles::all_in_place() const {
  for (const Opened& file : files_) {
    if (const Result<void> there = in_place(file); !there) return there;
  }
  return {};
}

}  // namespace peerlab::sqlite
