#include "tests/attack/generator_command.h"

namespace peerlab::attack {

std::vector<std::string> generator_command(Exchange& exchange, bird::Form form,
                                           const std::filesystem::path& folder,
                                           const std::filesystem::path& output_file,
                                           const std::vector<std::string>& more) {
  std::vector<std::string> argv{kGenerator,
                                "--form",
                                form == bird::Form::Sessions ? "sessions" : "function",
                                "--site",
                                folder / "site.toml",
                                "--peerlab-gateway-url",
                                "http://127.0.0.1:1/service/mappings",
                                "--peerlab-agent-key-file",
                                folder / "key",
                                "--headscale-api-url",
                                "http://127.0.0.1:1/api/v1/node",
                                "--headscale-api-key-file",
                                folder / "key",
                                "--output-file",
                                output_file,
                                "--state-directory",
                                folder / "state",
                                "--bird-socket",
                                exchange.ixp().folder() / "bird.ctl"};
  argv.insert(argv.end(), more.begin(), more.end());
  return argv;
}

}  // namespace peerlab::attack
