#include "confgen/check.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <atomic>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "bird/version.h"
#include "confgen/exit_code.h"
#include "confgen/server_directory.h"
#include "confgen/stage.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;

// Where the check works.  One name for all runs, which the run lock keeps apart: what a killed run
// left behind goes with the next one.
class Stage {
 public:
  explicit Stage(const fs::path& state_directory) : path_{state_directory / "stage"} {
    remove();
    std::error_code error;
    fs::create_directory(path_, error);
    if (!error) fs::permissions(path_, fs::perms::owner_all, error);
    made_ = !error;
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { remove(); }

  [[nodiscard]] bool made() const { return made_; }
  [[nodiscard]] const fs::path& path() const { return path_; }

  // Neighbours' passwords may stand in the copy: nobody but `identity` is let in.
  [[nodiscard]] bool give_to(const Identity& identity) const {
    std::error_code error;
    for (const fs::directory_entry& file : fs::directory_iterator{path_, error}) {
      if (::chown(file.path().c_str(), identity.user, identity.group) != 0) return false;
    }
    return !error && ::chown(path_.c_str(), identity.user, identity.group) == 0;
  }

 private:
  void remove() const {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  fs::path path_;
  bool made_ = false;
};

// A configuration can make BIRD's parser do what its author wants: it gets no more rights than the
// daemon has.
std::optional<Identity> unprivileged() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* const name : {"bird", "nobody"}) {
    if (const passwd* const entry = ::getpwnam(name)) return Identity{entry->pw_uid, entry->pw_gid};
  }
  return std::nullopt;
}

// Asked once in the life of a program: an upgrade in the life of --watch restarts the running BIRD,
// which says its version in every turn (look_before).
std::optional<StepFailure> ask_version(Command command) {
  static std::atomic<bool> supported = false;
  if (supported) return std::nullopt;
  command.argv = {"bird", "--version"};
  const Result<Outcome> named = run(command, std::chrono::seconds{10});
  if (!named) return StepFailure{exit_code::kBirdRefused, named.error().detail};
  const auto version = bird::supported_version(named->output + named->errors);
  if (!version) return StepFailure{exit_code::kBirdRefused, version.error().detail};
  supported = true;
  return std::nullopt;
}

std::optional<StepFailure> ask_bird(const fs::path& folder, const std::string& main,
                                    const std::optional<Identity>& identity) {
  Command command{{}, {}, folder, {}, identity};
  if (auto unsupported = ask_version(command)) return unsupported;
  // Relative to the folder: whoever BIRD runs as may have no way through the folders above.
  command.argv = {"bird", "-p", "-c", main};
  const Result<Outcome> outcome = run(command, std::chrono::seconds{30});
  if (!outcome) return StepFailure{exit_code::kBirdRefused, outcome.error().detail};
  if (outcome->ok()) return std::nullopt;
  return StepFailure{exit_code::kBirdRefused, fmt::format("BIRD refuses the new policy: {}",
                                                          printable(trim(outcome->errors), 400))};
}

}  // namespace

std::optional<StepFailure> check(const std::string& policy_text, const policy::Site& site,
                                 const OneShotOptions& options) {
  const Stage stage{options.state_directory};
  const auto cannot_write = [&](const std::string& why) {
    return StepFailure{exit_code::kCannotWrite, why};
  };
  if (!stage.made()) {
    return cannot_write(fmt::format("cannot make {} for the check", stage.path().string()));
  }
  const bool installed = fs::exists(options.bird_config);
  const Result<void> staged =
      installed
          ? stage_server(options.bird_config, {options.output_file, policy_text}, stage.path())
          : write_server_directory(stage.path(), site, policy_text, options.spelling.form);
  if (!staged && staged.error().kind == ErrorKind::Unprocessable) {
    return StepFailure{exit_code::kUsage, staged.error().detail};
  }
  if (!staged) return cannot_write(staged.error().detail);
  const std::optional<Identity> identity = unprivileged();
  if (identity && !stage.give_to(*identity)) {
    return cannot_write(fmt::format("cannot give {} to BIRD's user", stage.path().string()));
  }
  return ask_bird(stage.path(), installed ? options.bird_config.filename().string() : "bird.conf",
                  identity);
}

}  // namespace peerlab::confgen
