// What a run finds of an earlier one and cannot read: a broken disk's rest, or somebody's slip.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace peerlab::confgen {

// Who only looks leaves such a file where it is.  Who will write it anew keeps it first as
// NAME.damaged, in place of an older one.
enum class Damaged { Leave, SetAside };

// Says on stderr what is wrong with the file, where it is kept, and what it costs to go on without.
void tell_of_damage(const std::filesystem::path& file, const Error& why, std::string_view cost,
                    Damaged damaged);

// What was read; where it could not be, what there is at the very beginning, and that is told.
template <class T>
[[nodiscard]] T read_or_anew(Result<T> read, const std::filesystem::path& file,
                             std::string_view cost, Damaged damaged) {
  if (read) return *std::move(read);
  tell_of_damage(file, read.error(), cost, damaged);
  return T{};
}

// The names of those that were kept so.
[[nodiscard]] std::vector<std::string> set_aside_in(const std::filesystem::path& state_directory);

}  // namespace peerlab::confgen
