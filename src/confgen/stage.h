// A copy of an installed BIRD configuration with another policy in the installed one's place, so
// that BIRD can be asked about it before anything is touched.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace peerlab::confgen {

// The file that the generator writes, and what it shall hold.
struct PolicyFile {
  std::filesystem::path path;
  const std::string& text;
};

// Copies `bird_config` and, as BIRD itself would follow them, the files it includes into `folder`;
// include statements are rewritten to the copies, all else is byte for byte.  `bird -p -c` in
// `folder` with the file name of `bird_config` then reads nothing but the folder.  Unprocessable
// where no include leads to the policy file: a check would check nothing.
[[nodiscard]] Result<void> stage_server(const std::filesystem::path& bird_config,
                                        const PolicyFile& policy,
                                        const std::filesystem::path& folder);

}  // namespace peerlab::confgen
