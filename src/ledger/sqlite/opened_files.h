// Which files a ledger has open, and whether they still have their names.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace peerlab::sqlite {

// Where somebody deletes, moves or replaces a file that is open, SQLite goes on with the one that
// it has, and whatever it writes there is gone when the program ends.
class OpenedFiles {
 public:
  // The database's, its log's and that one's index (-wal, -shm), as they are now: after the first
  // transaction of a connection that stays open.
  static Result<OpenedFiles> of(const std::filesystem::path& database);

  // Unavailable where a name is not the file's any longer; the cause says which, and what to do.
  [[nodiscard]] Result<void> all_in_place() const;
  // Of the database alone: what is read there is still what this ledger wrote.
  [[nodiscard]] Result<void> database_in_place() const;

 private:
  struct Opened {
    std::string path;
    dev_t device;
    ino_t inode;
  };
  explicit OpenedFiles(std::vector<Opened> files) : files_{std::move(files)} {}
  [[nodiscard]] Result<void> in_place(const Opened& file) const;

  std::vector<Opened> files_;  // the database first
};

}  // namespace peerlab::sqlite
