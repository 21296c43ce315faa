// The file of a ledger as anybody with SQLite sees it.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>

namespace peerlab::contract {

class Database {
 public:
  explicit Database(const std::filesystem::path& file) { sqlite3_open(file.c_str(), &handle_); }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  // Every value in a line of its own, or "error: " and SQLite's words.
  std::string run(const std::string& sql) {
    std::string rows;
    char* error = nullptr;
    sqlite3_exec(handle_, sql.c_str(), &Database::append, &rows, &error);
    if (error != nullptr) rows = std::string{"error: "} + error;
    sqlite3_free(error);
    return rows;
  }

 private:
  static int append(void* rows, int columns, char** values, char**) {
    for (int i = 0; i < columns; ++i) {
      *static_cast<std::string*>(rows) += std::string{values[i] == nullptr ? "" : values[i]} + "\n";
    }
    return 0;
  }
  sqlite3* handle_ = nullptr;
};

}  // namespace peerlab::contract
