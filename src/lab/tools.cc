#include "lab/tools.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "base/text.h"
#include "lab/database.h"
#include "lab/eventually.h"
#include "lab/router.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

fs::path program(const LabOptions& options, std::string_view name) {
  if (!options.programs.empty()) return fs::absolute(options.programs) / name;
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / name;
}

std::string node_program() {
  const std::string given = environment("PEERLAB_NODE");
  return given.empty() ? "node" : given;
}

Result<fs::path> node_modules(const LabOptions& options) {
  const std::string given = environment("PEERLAB_NODE_MODULES");
  const fs::path folder =
      given.empty() ? program(options, "peerlab").parent_path() / "../../../lab/node_modules"
                    : fs::path{given};
  if (fs::exists(folder / "oidc-provider")) return fs::canonical(folder);
  return fail(
      ErrorKind::NotFound,
      fmt::format("no oidc-provider in {}: run the lab as ./dev lab, or npm ci in lab/ and set "
                  "PEERLAB_NODE_MODULES",
                  folder.string()));
}

int refuse(std::string_view why) {
  std::cerr << fmt::format("lab: {}\n", why);
  return 1;
}

Result<void> check_tools(const LabOptions& options) {
  for (const auto& [tool, package] :
       {std::pair{"ip", "iproute2"}, {"bird", "bird2"}, {"stayrtr", "stayrtr"}}) {
    if (!peerlab::run({{tool, "--version"}}) && !peerlab::run({{tool, "-V"}})) {
      return fail(ErrorKind::NotFound,
                  fmt::format("{} is not here: apt-get install {}", tool, package));
    }
  }
  if (options.store == Store::Postgres) {
    if (const Result<void> here = postgres_is_here(); !here) return here;
  }
  if (!peerlab::run({{node_program(), "--version"}})) {
    return fail(ErrorKind::NotFound,
                "node is not here: run the lab as ./dev lab, or set PEERLAB_NODE");
  }
  for (const char* name : {"peerlab", "peerlab-gateway", "peerlab-bird-config", "peerlab-client"}) {
    if (!fs::exists(program(options, name))) {
      return fail(ErrorKind::NotFound,
                  fmt::format("{} is not built: ./dev build", program(options, name).string()));
    }
  }
  const Result<fs::path> modules = node_modules(options);
  return modules ? Result<void>{} : Result<void>{fail(modules.error())};
}

Result<std::string> output_of(const Command& command, std::chrono::milliseconds patience) {
  const Result<Outcome> outcome = peerlab::run(command, patience);
  if (!outcome) return fail(outcome.error());
  if (outcome->ok()) return outcome->output;
  std::string said;
  for (const std::string& word : command.argv) said += word + ' ';
  return fail(ErrorKind::Unavailable, fmt::format("`{}` exits {}: {}", trim(said),
                                                  outcome->exit_code, trim(outcome->errors)));
}

Result<void> start_bird(const Processes& processes, const std::string& place,
                        const fs::path& folder) {
  const fs::path socket = folder / "bird.ctl";
  const Result<void> started = processes.start(
      {place + "-bird",
       place,
       {"bird", "-f", "-c", (folder / "bird.conf").string(), "-s", socket.string()}});
  if (!started) return started;
  return eventually(15s, [&]() -> Result<void> {
    if (Router{socket}.answers()) return {};
    return fail(ErrorKind::Unavailable, fmt::format("BIRD of {} does not answer; see {}", place,
                                                    processes.log_of(place + "-bird").string()));
  });
}

}  // namespace peerlab::lab
