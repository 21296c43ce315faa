#include "gateway/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/log.h"

namespace peerlab::gateway {
namespace {

// The ledger, connections to PostgreSQL, the issuer and the metrics' port.
constexpr rlim_t kOwnFiles = 256;

}  // namespace

void allow_descriptors_for(std::size_t connections) {
  const rlim_t wanted = connections + kOwnFiles;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  const bool raised = ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
  if (raised && limit.rlim_cur == wanted) return;
  log(LogLevel::Warning, "fewer connections than connections-max fit into the limit of open files",
      {{"connections_max", connections},
       {"open_files", static_cast<std::uint64_t>(limit.rlim_cur)},
       {"advice", "raise LimitNOFILE= of the unit, or lower connections-max"}});
}

}  // namespace peerlab::gateway
