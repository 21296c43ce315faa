#include "confgen/run_lock.h"

#include <fmt/format.h>

#include <fstream>

#include "base/file.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStays = "watch";

}  // namespace

Result<RunLock> RunLock::take(const fs::path& state_directory, std::chrono::milliseconds patience) {
  const fs::path file = state_directory / "lock";
  const auto holder_stays = [&] { return read_file(file, 64) == kStays; };
  Result<FileLock> lock = FileLock::take(file, patience, holder_stays);
  if (!lock && lock.error().kind == ErrorKind::Conflict && holder_stays()) {
    return fail(ErrorKind::Conflict,
                fmt::format("peerlab-bird-config --watch is at work on {}: it does what a single "
                            "run does",
                            state_directory.string()));
  }
  if (!lock) return fail(lock.error());
  std::error_code ignored;
  fs::resize_file(file, 0, ignored);  // one that stayed was killed
  return RunLock{*std::move(lock), file};
}

void RunLock::stay() const {
  // Where it cannot be said, others wait in vain and say so then.
  std::ofstream{file_} << kStays;
}

}  // namespace peerlab::confgen
