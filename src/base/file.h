// Files as whole values: read at once, written so that a reader sees the old or the new, never a
// part.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace peerlab {

// NotFound where there is none, NotPermitted where it cannot be read, Malformed where it is longer
// than `most` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t most = 64U << 20U);

// Writes a neighbour file, fsyncs it, renames it over `path` and fsyncs the folder.  On failure
// (disk full, no permission) `path` is as it was and nothing is left beside it.  Root's file
// belongs to the folder's owner, as every new file here does.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view bytes,
                                      mode_t mode = 0644);

// A new file that nobody needs after a power cut: not synced.  Conflict where there is one.
[[nodiscard]] Result<void> write_scratch(const std::filesystem::path& path, std::string_view bytes,
                                         mode_t mode = 0644);

// The same as write_file, but never over a file that is there: Conflict then.  Of several at once,
// exactly one succeeds.
[[nodiscard]] Result<void> create_file(const std::filesystem::path& path, std::string_view bytes,
                                       mode_t mode = 0644);

}  // namespace peerlab
