#include "confgen/publish.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "bird/control_socket.h"
#include "confgen/exit_code.h"
#include "confgen/server_directory.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;

// A directory that goes with the check.
class Stage {
 public:
  Stage() {
    std::string pattern = fs::temp_directory_path() / "peerlab-check-XXXXXX";
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// The installed configuration's folder with the new policy in place of the installed one.
Result<void> copy_server(const OneShotOptions& options, const std::string& text,
                         const fs::path& to) {
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator{options.bird_config.parent_path(), error}) {
    const bool is_policy = entry.path().filename() == options.output_file.filename();
    if (is_policy || entry.path().extension() != ".conf") continue;
    const Result<std::string> part = read_file(entry.path());
    const Result<void> copied =
        part ? write_file(to / entry.path().filename(), *part) : fail(part.error());
    if (!copied) return copied;
  }
  if (error) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot list {}: {}", options.bird_config.parent_path().string(),
                            error.message()));
  }
  return write_file(to / options.output_file.filename(), text);
}

struct CheckFailure {
  int exit_code;
  std::string problem;
};

// `bird -p` over the whole configuration with this policy in it.
std::optional<CheckFailure> check(const std::string& text, const policy::Site& site,
                                  const OneShotOptions& options) {
  const Stage stage;
  if (stage.path().empty())
    return CheckFailure{exit_code::kCannotWrite, "cannot make a folder for the check"};
  const bool installed = fs::exists(options.bird_config);
  const Result<void> staged = installed ? copy_server(options, text, stage.path())
                                        : write_server_directory(stage.path(), site, text);
  if (!staged) return CheckFailure{exit_code::kCannotWrite, staged.error().detail};
  const fs::path main = stage.path() / (installed ? options.bird_config.filename() : "bird.conf");
  const Result<Outcome> outcome =
      run({{"bird", "-p", "-c", main.string()}}, std::chrono::seconds{30});
  if (!outcome) return CheckFailure{exit_code::kBirdRefused, outcome.error().detail};
  if (outcome->ok()) return std::nullopt;
  return CheckFailure{exit_code::kBirdRefused, fmt::format("BIRD refuses the new policy: {}",
                                                           printable(trim(outcome->errors), 400))};
}

// Reads every change of the configuration.  A short question 150 ms later wakes BIRD 2.0.12's idle
// loop, which else runs its timers up to 3 s late (POLICY.md 3).
std::optional<CheckFailure> configure(const OneShotOptions& options) {
  Result<bird::ControlSocket> bird = bird::ControlSocket::connect(options.bird_socket);
  if (!bird) {
    return CheckFailure{exit_code::kBirdDown,
                        fmt::format("BIRD is not reachable: {}", bird.error().detail)};
  }
  const Result<bird::Reply> reply = bird->command("configure");
  if (!reply) {
    return CheckFailure{exit_code::kBirdDown,
                        fmt::format("BIRD did not answer: {}", reply.error().detail)};
  }
  if (!reply->ok()) {
    return CheckFailure{exit_code::kBirdRefused, fmt::format("BIRD refuses the new policy: {}",
                                                             printable(reply->text(), 400))};
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{150});
  (void)bird->command("show status");
  return std::nullopt;
}

}  // namespace

Published publish(const std::string& policy_text, const policy::Site& site,
                  const OneShotOptions& options, const std::optional<std::string>& accepted) {
  const Result<std::string> before = read_file(options.output_file);
  const bool unchanged = before && *before == policy_text;
  if (unchanged && accepted == sha256_hex(policy_text)) return {exit_code::kDone};
  if (!unchanged) {
    if (const auto refused = check(policy_text, site, options)) {
      return {refused->exit_code, false, false, refused->problem};
    }
    const Result<void> written = write_file(options.output_file, policy_text, 0644);
    if (!written) return {exit_code::kCannotWrite, false, false, written.error().detail};
  }
  const auto refused = configure(options);
  if (!refused) return {exit_code::kDone, !unchanged, true};
  const bool restore = refused->exit_code == exit_code::kBirdRefused && !unchanged && before;
  if (restore) {
    const Result<void> restored = write_file(options.output_file, *before, 0644);
    if (!restored) return {exit_code::kCannotWrite, true, false, restored.error().detail};
  }
  return {refused->exit_code, !restore && !unchanged, false, refused->problem};
}

}  // namespace peerlab::confgen
