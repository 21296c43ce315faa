// What up notes about a lab for the commands after it; its presence marks the directory as a lab's
// own, the only kind of directory that is ever removed.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "lab/lab.h"

namespace peerlab::lab {

struct Record {
  int members = 2;
  Table table = Table::Real;
  Form form = Form::Sessions;
  Store store = Store::Sqlite;
  double bring_up_seconds = 0;  // 0: it did not come up
};

[[nodiscard]] std::string_view form_word(Form form);     // as --form takes it
[[nodiscard]] std::string_view store_word(Store store);  // as --store takes it

[[nodiscard]] Result<void> write_record(const Record& record,
                                        const std::filesystem::path& directory);
// NotFound where no lab is.
[[nodiscard]] Result<Record> read_record(const std::filesystem::path& directory);

// Removes it with everything in it.  Ok where there is none; Conflict where it is not a lab's.
[[nodiscard]] Result<void> clear_directory(const std::filesystem::path& directory);

}  // namespace peerlab::lab
