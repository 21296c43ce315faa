#include "confgen/server_directory.h"

#include <fmt/format.h>

#include <vector>

#include "base/file.h"
#include "bird/world_gate.h"

namespace peerlab::confgen {

Result<void> write_server_directory(const std::filesystem::path& directory,
                                    const policy::Site& site, const std::string& policy_text,
                                    bird::Form form) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot make {}: {}", directory.string(), error.message()));
  }
  std::vector files{std::pair{"peerlab.conf", std::string{bird::fixed_part()}},
                    std::pair{"peerlab_site.conf", bird::render_site(site)},
                    std::pair{"peerlab_generated.conf", policy_text},
                    std::pair{"bird.conf", bird::render_server(site, form)}};
  if (form == bird::Form::Function) {
    files.emplace_back("peerlab_function.conf", bird::function_part());
  }
  for (const auto& [name, text] : files) {
    // A neighbour's TCP-MD5 password may stand in these: BIRD's group reads them, others do not.
    const Result<void> written = write_file(directory / name, text, 0640);
    if (!written) return written;
  }
  if (site.rtr.empty()) return {};
  return write_file(directory / bird::kGateFile, bird::render_gate(false), 0644);
}

}  // namespace peerlab::confgen
