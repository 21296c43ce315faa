#include "tests/cli/peerlab_command.h"

#include <stdexcept>

namespace peerlab::testing_support {

PeerlabCommand::PeerlabCommand(std::string api_url) : api_url_{std::move(api_url)} {
  environment_ = {{"HOME", home_.path().string()},
                  {"XDG_CONFIG_HOME", (home_ / "config").string()},
                  {"XDG_STATE_HOME", (home_ / "state").string()},
                  {"PEERLAB_API_URL", api_url_},
                  {"NXTHDR_API_URL", ""},
                  {"PEERLAB_CLIENT_ID", ""},
                  {"NXTHDR_CLIENT_ID", ""},
                  {"PEERLAB_TOKEN", ""}};
}

Command PeerlabCommand::command(std::vector<std::string> words) const {
  words.insert(words.begin(), PEERLAB_BINARY_DIR "/bin/peerlab");
  return {std::move(words), environment_, home_.path()};
}

Outcome PeerlabCommand::run(std::vector<std::string> words) const {
  Result<Outcome> outcome = peerlab::run(command(std::move(words)), std::chrono::seconds{30});
  if (!outcome) throw std::runtime_error{outcome.error().detail};
  return *std::move(outcome);
}

void PeerlabCommand::keep(const cli::Credentials& credentials) const {
  const Result<void> done = store().lock().and_then(
      [&](const FileLock& held) { return store().keep(held, api_url_, credentials); });
  if (!done) throw std::runtime_error{done.error().detail};
}

}  // namespace peerlab::testing_support
