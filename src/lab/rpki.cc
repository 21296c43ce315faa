#include "lab/rpki.h"

#include <fmt/format.h>

#include "base/file.h"

namespace peerlab::lab {
namespace {

std::filesystem::path roas_file(const Plan& plan) {
  return plan.options.directory / "core/roas.json";
}

}  // namespace

Result<void> start_rtr(const Plan& plan, const Processes& processes) {
  return processes.start(
      {std::string{kRtr},
       "core",
       {"stayrtr", "-bind", fmt::format("{}:{}", kCoreAddress, kRtrPort), "-cache",
        roas_file(plan).string(), "-checktime=false", "-metrics.addr", ""}});
}

Result<std::string> read_roas(const Plan& plan) { return read_file(roas_file(plan)); }

Result<void> publish_roas(const Plan& plan, const Processes& processes,
                          const std::string& document) {
  const Result<void> written = write_file(roas_file(plan), document);
  return written ? processes.reload(kRtr) : written;
}

}  // namespace peerlab::lab
