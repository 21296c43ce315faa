#include "confgen/workplace.h"

#include "confgen/exit_code.h"
#include "confgen/site_file.h"
#include "confgen/spelling.h"
#include "confgen/turn.h"

namespace peerlab::confgen {

tl::expected<Workplace, int> Workplace::enter(const OneShotOptions& options) {
  const auto leave = [](int code, const Error& error) {
    say(error.detail);
    return tl::unexpected{code};
  };
  std::optional<policy::Site> site;
  if (!options.site_file.empty()) {
    Result<policy::Site> read = read_site_file(options.site_file);
    if (!read) return leave(exit_code::kUsage, read.error());
    const Result<void> fits = can_spell(*read, options.spelling);
    if (!fits) return leave(exit_code::kUsage, fits.error());
    site = std::move(*read);
  }
  std::error_code ignored;
  std::filesystem::create_directories(options.state_directory, ignored);
  Result<RunLock> lock = RunLock::take(options.state_directory, std::chrono::seconds{20});
  if (lock) return Workplace{options, std::move(site), std::move(*lock)};
  const bool busy = lock.error().kind == ErrorKind::Conflict;
  return leave(busy ? exit_code::kFailed : exit_code::kCannotWrite, lock.error());
}

}  // namespace peerlab::confgen
