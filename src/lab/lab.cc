#include "lab/lab.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <ostream>

#include "base/file.h"
#include "lab/bridge_overlay.h"
#include "lab/database.h"
#include "lab/namespaces.h"
#include "lab/platform.h"
#include "lab/record.h"
#include "lab/rpki.h"
#include "lab/stopwatch.h"
#include "lab/tools.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;

// One part of the platform: a line when it stands, or what was seen instead.
bool part(std::ostream& out, const std::string& name, const fs::path& logs,
          const std::function<Result<std::string>()>& raise) {
  const Stopwatch watch;
  const Result<std::string> stands = raise();
  if (stands) {
    out << fmt::format("  {:<12}{:<58} ok {:6.2f} s\n", name, *stands, watch.seconds())
        << std::flush;
    return true;
  }
  out << fmt::format("  {:<12}FAILED\n  seen: {}\n", name, stands.error().detail);
  if (!stands.error().cause.empty()) out << fmt::format("        {}\n", stands.error().cause);
  out << fmt::format("  logs: {}\n", logs.string()) << std::flush;
  return false;
}

Result<std::string> raise_wires(const Plan& plan, Overlay& overlay) {
  if (const Result<void> written = write_files(plan); !written) return fail(written.error());
  if (const Result<void> raised = raise_namespaces(plan); !raised) return fail(raised.error());
  if (const Result<void> joined = overlay.raise(); !joined) return fail(joined.error());
  return fmt::format("{} of them, overlay as a bridge", plan.places().size() + 1);
}

// What takes a while starts at once; the parts after it find it ready.
Result<std::string> start_early(const Plan& plan, const Processes& processes) {
  if (const Result<void> started = start_identity(plan, processes); !started)
    return fail(started.error());
  if (const Result<void> started = start_world(plan, processes); !started)
    return fail(started.error());
  return std::string{"both transits, routeserver and the RTR server run"};
}

Result<std::string> raise_gateway(const Plan& plan, const Processes& processes) {
  if (const Result<void> started = start_gateway(plan, processes); !started)
    return fail(started.error());
  Result<std::string> ready = gateway_ready();
  if (!ready) return ready;
  if (const Result<void> told = start_members_rtr(plan, processes); !told)
    return fail(told.error());
  return ready;
}

// All at once: signing in is mostly waiting.
Result<std::string> join_members(const Plan& plan) {
  std::vector<std::future<Result<std::string>>> joining;
  for (const Member& member : plan.members) {
    joining.push_back(std::async(std::launch::async, [&plan, &member] {
      return join(MemberMachine{plan, member}, plan);
    }));
  }
  std::string summary;
  Result<std::string> failed;
  for (std::size_t i = 0; i < joining.size(); ++i) {
    Result<std::string> joined = joining[i].get();
    const std::string& name = plan.members[i].node.name;
    if (!joined) {
      failed = fail(joined.error().kind, fmt::format("{}: {}", name, joined.error().detail),
                    joined.error().cause);
    } else if (i < 2) {
      summary += fmt::format("{}{} {}", i == 0 ? "" : " | ", name, *joined);
    }
  }
  if (!failed) return failed;
  if (plan.members.size() > 2) summary += fmt::format(" | {} more", plan.members.size() - 2);
  return summary;
}

Result<std::string> upstreams_ready(const Plan& plan) {
  std::string summary;
  for (const IxpSite* const site : plan.sites()) {
    const Result<std::string> ready = upstream_ready(plan, *site);
    if (!ready) return ready;
    summary += (summary.empty() ? "" : " | ") + *ready;
  }
  return summary;
}

Result<std::string> raise_database(const Plan& plan, const Processes& processes) {
  if (const Result<void> made = make_database(plan); !made) return fail(made.error());
  if (const Result<void> started = start_database(plan, processes); !started)
    return fail(started.error());
  return database_ready(plan);
}

bool raise(const Plan& plan, std::ostream& out) {
  const Processes processes{plan.options.directory};
  BridgeOverlay overlay{plan};
  const fs::path logs = plan.options.directory / "log";
  return part(out, "namespaces", logs, [&] { return raise_wires(plan, overlay); }) &&
         part(out, "world", logs, [&] { return start_early(plan, processes); }) &&
         part(out, "identity", logs, identity_ready) &&
         (plan.options.store == Store::Sqlite ||
          part(out, "database", logs, [&] { return raise_database(plan, processes); })) &&
         part(out, "gateway", logs, [&] { return raise_gateway(plan, processes); }) &&
         part(out, "ixpfra01", logs,
              [&] { return start_ixp(plan, plan.fra, processes, overlay); }) &&
         part(out, "ixpams01", logs,
              [&] { return start_ixp(plan, plan.ams, processes, overlay); }) &&
         part(out, "upstreams", logs, [&] { return upstreams_ready(plan); }) &&
         part(out, "members", logs, [&] { return join_members(plan); });
}

}  // namespace

int up(const LabOptions& options, std::ostream& out) {
  const Stopwatch watch;
  if (::geteuid() != 0) return refuse("network namespaces need root: sudo peerlab lab up");
  if (!standing_namespaces().empty()) {
    return refuse(
        "a lab stands already: peerlab lab check walks through it, peerlab lab down takes it away");
  }
  if (const Result<void> tools = check_tools(options); !tools) return refuse(tools.error().detail);
  const Result<Plan> plan = make_plan(options);
  if (!plan) return refuse(plan.error().detail);
  if (const Result<void> cleared = clear_directory(options.directory); !cleared) {
    return refuse(cleared.error().detail);
  }
  if (const Result<void> noted = write_record(
          {options.members, options.table, options.form, options.store, 0}, options.directory);
      !noted) {
    return refuse(noted.error().detail);
  }
  if (!raise(*plan, out)) return 1;
  if (const Result<void> noted = write_record(
          {options.members, options.table, options.form, options.store, watch.seconds()},
          options.directory);
      !noted) {
    return refuse(noted.error().detail);
  }
  out << fmt::format("the lab is up after {:.1f} s; next: peerlab lab check, peerlab lab down\n",
                     watch.seconds());
  return 0;
}

int down(const LabOptions& options, std::ostream& out) {
  if (::geteuid() != 0) return refuse("network namespaces need root: sudo peerlab lab down");
  const std::vector<std::string> standing = standing_namespaces();
  const bool files = fs::exists(options.directory);
  if (const Result<void> removed = remove_namespaces(standing); !removed)
    return refuse(removed.error().detail);
  if (const Result<void> cleared = clear_directory(options.directory); !cleared) {
    return refuse(cleared.error().detail);
  }
  out << (standing.empty() && !files ? "lab: there was none\n" : "lab: down, nothing is left\n");
  return 0;
}

int run(const LabOptions& options, std::ostream& out) {
  int result = up(options, out);
  if (result == 0) result = check(options, out);
  if (options.keep) return result;
  if (result == 0) return down(options, out);
  // The logs outlive a failure; the next up or down clears them away.
  if (const Result<void> removed = remove_namespaces(standing_namespaces()); !removed) {
    return refuse(removed.error().detail);
  }
  return result;
}

}  // namespace peerlab::lab
