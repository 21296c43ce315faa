#include "confgen/publish.h"

#include <fmt/format.h>

#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "confgen/check.h"
#include "confgen/exit_code.h"
#include "confgen/probe.h"
#include "confgen/wake_up.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfigure = "configure timeout 30";

StepFailure bird_is_down(const Error& error) {
  return {exit_code::kBirdDown, "BIRD is not reachable: " + error.detail};
}

// What became of the running BIRD.
struct Configured {
  std::optional<StepFailure> failure = {};
  bool undone = false;  // the failure came after BIRD had taken the policy
  std::string note = {};
};

// A file of ours that a killed run had not yet given its name.
void remove_unfinished(const fs::path& file) {
  const std::string prefix = fmt::format(".{}.", file.filename().string());
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator{file.parent_path(), ignored}) {
    if (entry.path().filename().string().starts_with(prefix)) fs::remove(entry.path(), ignored);
  }
}

class Publication {
 public:
  Publication(const std::string& text, const OneShotOptions& options, State& state, Instant now)
      : text_{text},
        options_{options},
        state_{state},
        now_{now},
        digest_{sha256_hex(text)},
        interrupted_{state.applying.has_value()},
        before_{read_file(options.output_file)},
        changes_file_{!before_ || *before_ != text} {}

  [[nodiscard]] bool nothing_to_do() const {
    return !changes_file_ && !interrupted_ && state_.accepted == digest_;
  }

  Published run(const policy::Site& site) {
    if (changes_file_) {
      if (const auto refused = check(text_, site, options_)) return given_up(*refused);
    }
    // BIRD is asked who it is before anything is written.
    Result<bird::ControlSocket> bird = bird::ControlSocket::connect(options_.bird_socket);
    const Result<Before> before = bird ? look_before(*bird) : fail(bird.error());
    if (!before && before.error().kind == ErrorKind::Unprocessable) {
      return given_up({exit_code::kBirdRefused, before.error().detail});
    }
    if (const Result<void> written = write(); !written) {
      return given_up({exit_code::kCannotWrite, written.error().detail});
    }
    if (!before) return finish({bird_is_down(before.error())});
    return finish(configure(*bird, *before));
  }

 private:
  static Published given_up(const StepFailure& failure) {
    return {failure.exit_code, false, false, false, failure.problem};
  }

  Result<void> write() {
    if (interrupted_) remove_unfinished(options_.output_file);
    state_.applying = digest_;
    const Result<void> said = store_state(state_file(options_.state_directory), state_);
    if (!said || !changes_file_) return said;
    if (before_ && state_.accepted == sha256_hex(*before_)) {
      const Result<void> kept = write_file(previous_file(options_.output_file), *before_, 0644);
      if (!kept) return kept;
    }
    return write_file(options_.output_file, text_, 0644);
  }

  // Reads every change of the configuration.  A single run's questions come when all has settled
  // and wake BIRD for it; --watch, which may have a lease's end to see to by then, wakes it later.
  Configured configure(bird::ControlSocket& bird, const Before& before) const {
    const Result<bird::Reply> taken = bird.command(kConfigure);
    if (!taken) return {bird_is_down(taken.error())};
    if (!taken->ok()) {
      return {StepFailure{exit_code::kBirdRefused, fmt::format("BIRD refuses the new policy: {}",
                                                               printable(taken->text(), 400))}};
    }
    if (!options_.watch) std::this_thread::sleep_for(kSettled);
    const std::string_view old = before_ ? std::string_view{*before_} : std::string_view{};
    const Result<Findings> found = probe(bird, before, {old, text_});
    if (!found) return {bird_is_down(found.error())};
    if (found->failure) return undo(bird, *found->failure);
    const Result<bird::Reply> confirmed = bird.command("configure confirm");
    if (!confirmed) return {bird_is_down(confirmed.error())};
    return {{}, false, found->left_out.value_or("")};
  }

  // Where BIRD does not answer it goes back by itself, when its 30 s are over.
  static Configured undo(bird::ControlSocket& bird, const std::string& why) {
    const Result<bird::Reply> undone = bird.command("configure undo");
    const bool at_once = undone && undone->ok();
    return {StepFailure{exit_code::kBirdRefused,
                        fmt::format("the new policy was undone {}: {}",
                                    at_once ? "at once" : "by BIRD's own timer", why)},
            true};
  }

  Published finish(const Configured& configured) {
    const bool refused =
        configured.failure && configured.failure->exit_code == exit_code::kBirdRefused;
    const bool restored = refused && state_.accepted != digest_ && restore();
    if (!configured.failure) {
      state_.generation += state_.accepted == digest_ ? 0 : 1;
      state_.accepted = digest_;
      state_.accepted_at = now_;
    }
    // Else the mark stays, and the next run does not think "unchanged": nobody knows what a BIRD
    // that did not answer runs on, nor what one goes back to that an interrupted run had changed.
    if (!configured.failure || (restored && !interrupted_)) state_.applying.reset();
    const Result<void> kept = store_state(state_file(options_.state_directory), state_);
    Published published{exit_code::kDone,
                        changes_file_ && !restored,
                        !configured.failure,
                        configured.undone && restored,
                        {},
                        configured.note};
    if (!kept)
      published.exit_code = exit_code::kCannotWrite, published.problem = kept.error().detail;
    if (!configured.failure) return published;
    published.exit_code = configured.failure->exit_code;
    published.problem = configured.failure->problem;
    return published;
  }

  // By rename: going back needs no room on the disk.
  bool restore() const {
    const fs::path previous = previous_file(options_.output_file);
    const Result<std::string> kept = read_file(previous);
    if (!kept || state_.accepted != sha256_hex(*kept)) return false;
    std::error_code error;
    fs::rename(previous, options_.output_file, error);
    return !error;
  }

  const std::string& text_;
  const OneShotOptions& options_;
  State& state_;
  Instant now_;
  std::string digest_;
  bool interrupted_;  // the run before did not get to its end
  Result<std::string> before_;
  bool changes_file_;
};

}  // namespace

Published publish(const std::string& policy_text, const policy::Site& site,
                  const OneShotOptions& options, State& state, Instant now) {
  Publication publication{policy_text, options, state, now};
  if (publication.nothing_to_do()) return {exit_code::kDone};
  return publication.run(site);
}

Published write_only(const std::string& policy_text, const fs::path& policy_file) {
  const Result<std::string> before = read_file(policy_file);
  if (before && *before == policy_text) return {exit_code::kDone};
  const Result<void> written = write_file(policy_file, policy_text, 0644);
  if (written) return {exit_code::kDone, true};
  return {exit_code::kCannotWrite, false, false, false, written.error().detail};
}

fs::path previous_file(const fs::path& policy_file) { return policy_file.string() + ".previous"; }

}  // namespace peerlab::confgen
