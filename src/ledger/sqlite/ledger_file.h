// The file, its one writer and its readers: what every verb runs on.
#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

#include "ledger/sqlite/connection.h"

namespace peerlab::sqlite {

// One writer at a time; readers have connections of their own and, thanks to WAL, never wait for
// it.
class LedgerFile {
 public:
  LedgerFile(std::filesystem::path file, Connection writer)
      : file_{std::move(file)}, writer_{std::move(writer)} {}

  // One transaction of the writer, undone where `change` fails.
  template <class T, class Change>
  Result<T> changing(const Change& change) {
    const std::lock_guard lock{writing_};
    Result<Transaction> transaction = Transaction::begin(writer_);
    if (!transaction) return fail(transaction.error());
    Result<T> answer = change(writer_);
    if (!answer) return answer;
    const Result<void> kept = transaction->commit();
    return kept ? std::move(answer) : fail(kept.error());
  }

  // Runs on a reader's connection, which goes back to the shelf afterwards.
  template <class T, class Read>
  Result<T> reading(const Read& read) const {
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

  // Leaves nothing in the file and its log of what was deleted or overwritten, as far as the disk
  // has room and no reader stands in the way within 5 s.
  void sweep();

 private:
  [[nodiscard]] Result<Connection> reader() const;

  std::filesystem::path file_;
  std::mutex writing_;
  Connection writer_;
  mutable std::mutex shelf_;
  mutable std::vector<Connection> idle_readers_;
};

}  // namespace peerlab::sqlite
