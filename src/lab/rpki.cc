#include "lab/rpki.h"

#include <fmt/format.h>

#include "base/file.h"
#include "lab/eventually.h"

namespace peerlab::lab {
namespace {

using namespace std::chrono_literals;

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

std::filesystem::path members_roas(const Plan& plan) {
  return plan.options.directory / "core/members-roas.json";
}

Result<void> start_members_rtr(const Plan& plan, const Processes& processes) {
  const std::filesystem::path file = members_roas(plan);
  const Result<void> written = eventually(10s, [&]() -> Result<void> {
    const Result<std::string> roas = read_file(file);
    return roas ? Result<void>{} : Result<void>{fail(roas.error())};
  });
  if (!written) return written;
  return processes.start({"members-rtr",
                          "core",
                          {"stayrtr", "-bind", fmt::format("{}:{}", kCoreAddress, kMembersRtrPort),
                           "-cache", file.string(), "-refresh", "1", "-metrics.addr", ""}});
}

Result<std::string> read_roas(const Plan& plan) { return read_file(roas_file(plan)); }

Result<void> publish_roas(const Plan& plan, const Processes& processes,
                          const std::string& document) {
  const Result<void> written = write_file(roas_file(plan), document);
  return written ? processes.reload(kRtr) : written;
}

}  // namespace peerlab::lab
