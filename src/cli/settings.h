// Which platform, and where things are kept: flag > environment > file.
#pragma once

#include <filesystem>
#include <string>

#include "base/secret.h"
#include "cli/complaint.h"
#include "cli/surroundings.h"

namespace peerlab::cli {

struct Settings {
  std::string api_url;                    // without a last slash; empty: none is chosen
  std::string client_id;                  // empty: the platform's own
  Secret token;                           // of PEERLAB_TOKEN; empty: the stored sign-in
  std::filesystem::path config_file;      // $XDG_CONFIG_HOME/peerlab/config.toml; empty: no home
  std::filesystem::path state_directory;  // $XDG_STATE_HOME/peerlab
};

// The old names NXTHDR_API_URL and NXTHDR_CLIENT_ID are read where the new ones are not set.
// Complains of a configuration file that cannot be read as TOML, of a URL that is none, and of a
// user without a home for tokens.
[[nodiscard]] Attempt<Settings> read_settings(const std::string& api_url_flag,
                                              const Surroundings& around);

}  // namespace peerlab::cli
