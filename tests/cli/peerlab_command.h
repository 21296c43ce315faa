// The real `peerlab` in a home of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/process.h"
#include "cli/credentials.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::testing_support {

class PeerlabCommand {
 public:
  explicit PeerlabCommand(std::string api_url);

  // Its end, with what it wrote to each stream.  Nothing of the test's own environment counts.
  [[nodiscard]] Outcome run(std::vector<std::string> words) const;
  [[nodiscard]] Command command(std::vector<std::string> words) const;

  // Further variables of every run.
  void set(const std::string& name, const std::string& value) { environment_[name] = value; }

  [[nodiscard]] std::filesystem::path state() const { return home_ / "state/peerlab"; }
  [[nodiscard]] cli::CredentialStore store() const { return cli::CredentialStore{state()}; }
  void keep(const cli::Credentials& credentials) const;
  [[nodiscard]] Result<cli::Credentials> kept() const { return store().find(api_url_); }

 private:
  std::string api_url_;
  TemporaryFolder home_;
  std::map<std::string, std::string> environment_;
};

}  // namespace peerlab::testing_support
