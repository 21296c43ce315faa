// The file, its one writer and its readers: what every verb runs on.
#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

#include "ledger/sqlite/connection.h"
#include "ledger/sqlite/opened_files.h"
#include "ledger/stored.h"

namespace peerlab::sqlite {

// One writer at a time; readers have connections of their own and, thanks to WAL, never wait for
// it.
class LedgerFile {
 public:
  // `opened` since the writer is.
  LedgerFile(std::filesystem::path file, Connection writer, OpenedFiles opened)
      : file_{std::move(file)}, opened_{std::move(opened)}, writer_{std::move(writer)} {}

  // One transaction of the writer, undone where `change` fails.  Nothing is begun where a file has
  // lost its name, and nothing acknowledged that went into one which lost it meanwhile.
  template <class T, class Change>
  Result<T> changing(const Change& change) {
    const std::lock_guard lock{writing_};
    if (const Result<void> there = opened_.all_in_place(); !there) return fail(there.error());
    Result<Transaction> transaction = Transaction::begin(writer_);
    if (!transaction) return fail(transaction.error());
    Result<T> answer = change(writer_);
    if (!answer) return answer;
    if (const Result<void> kept = transaction->commit(); !kept) return fail(kept.error());
    if (const Result<void> there = opened_.all_in_place(); !there) {
      return stored::unconfirmed(there.error().cause);
    }
    return answer;
  }

  // Runs on a reader's connection, which goes back to the shelf afterwards.  Unavailable where the
  // database is not the writer's: another may have been put in its place.
  template <class T, class Read>
  Result<T> reading(const Read& read) const {
    if (const Result<void> there = opened_.database_in_place(); !there) return fail(there.error());
    Result<Connection> connection = reader();
    if (!connection) return fail(connection.error());
    // One picture: the verb's statements see one state of the file.
    if (const Result<void> begun = connection->execute("BEGIN"); !begun) return fail(begun.error());
    Result<T> answer = read(*connection);
    const Result<void> ended = connection->execute("COMMIT");
    const bool sound = answer || answer.error().kind == ErrorKind::NotFound;
    const std::lock_guard lock{shelf_};
    if (sound && ended) idle_readers_.push_back(std::move(*connection));
    return answer;
  }

  // Whether it can be written too, as far as can be seen without writing.
  [[nodiscard]] Result<void> in_place() const { return opened_.all_in_place(); }

  // Leaves nothing in the file and its log of what was deleted or overwritten, as far as the disk
  // has room and no reader stands in the way within 5 s.
  void sweep();

 private:
  [[nodiscard]] Result<Connection> reader() const;

  std::filesystem::path file_;
  OpenedFiles opened_;
  std::mutex writing_;
  Connection writer_;
  mutable std::mutex shelf_;
  mutable std::vector<Connection> idle_readers_;
};

}  // namespace peerlab::sqlite
