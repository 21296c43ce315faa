#include "lab/namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>

#include "base/process.h"
#include "base/text.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view kNamespaceFolder = "/run/netns";
constexpr std::string_view kClientTable = "179";  // where a member's BIRD puts the world's routes

// Without the wait for duplicate addresses a configured address is usable at once.
Result<void> tune() {
  for (const auto& [name, value] : {std::pair{"default/accept_dad", "0"},
                                    {"all/accept_dad", "0"},
                                    {"all/accept_ra", "0"},
                                    {"default/accept_ra", "0"},
                                    {"all/forwarding", "1"},
                                    {"default/forwarding", "1"}}) {
    std::ofstream file{fmt::format("/proc/sys/net/ipv6/conf/{}", name)};
    if (!(file << value << std::flush)) {
      return fail(ErrorKind::NotPermitted, fmt::format("cannot set net.ipv6.conf.{}", name));
    }
  }
  return {};
}

std::string link_lines(std::string_view place, std::string_view device, std::string_view peer_place,
                       std::string_view peer_device) {
  return fmt::format("link add {} netns {} type veth peer name {} netns {}\n", device,
                     namespace_of(place), peer_device, namespace_of(peer_place));
}

std::string up_lines(std::string_view device, std::string_view address) {
  return fmt::format("addr add {} dev {}\nlink set {} up\n", address, device, device);
}

std::string underlay_address(const Plan& plan, std::string_view place) {
  if (place == "core") return fmt::format("{}/24", kCoreAddress);
  unsigned host = 3;
  for (const std::string& name : plan.places()) {
    if (name == place) break;
    ++host;
  }
  return fmt::format("{}{}/24", kUnderlayHost, host);
}

std::string addresses_of(const Plan& plan, const std::string& place) {
  std::string lines = "link set lo up\n" + up_lines("underlay", underlay_address(plan, place));
  if (place == "routeserver")
    lines += up_lines("ixpfra01", fmt::format("{}/64", kRouteServerToIxp));
  if (place == "ixpfra01")
    lines += up_lines("routeserver", fmt::format("{}/64", kIxpToRouteServer));
  for (const IxpSite* const site : plan.sites()) {
    if (place == site->name()) {
      lines += up_lines(site->transit, fmt::format("{}/64", site->ixp_to_transit));
      lines += up_lines(plan.sibling_of(*site).name(), fmt::format("{}/64", site->link));
    } else if (place == site->transit) {
      lines += up_lines(site->name(), fmt::format("{}/64", site->transit_to_ixp));
      lines += up_lines("internet", fmt::format("{}/64", site->internet_gateway));
    } else if (place == "internet") {
      lines += up_lines(site->transit, fmt::format("{}/64", site->internet_host));
      lines += fmt::format("route add default via {} table {}\n", site->internet_gateway,
                           site->transit_as);
    }
  }
  return lines;
}

// Packets from these addresses follow that table.  (`ip -batch` does not guess a rule's family.)
Result<void> follow(const std::string& place, std::string_view from, std::string_view table) {
  const Result<Outcome> added =
      peerlab::run({{"ip", "-n", namespace_of(place), "-6", "rule", "add", "from",
                     std::string{from}, "lookup", std::string{table}}});
  if (!added) return fail(added.error());
  if (added->ok()) return {};
  return fail(ErrorKind::Unavailable, fmt::format("ip rule said: {}", trim(added->errors)));
}

// A member's leased addresses follow what BIRD learned, as the client's configuration tells its
// reader to set up; the host on the Internet answers through the upstream that it was asked by.
Result<void> route_by_source(const Plan& plan) {
  for (const Member& member : plan.members) {
    const Result<void> following = follow(member.node.name, kPool, kClientTable);
    if (!following) return following;
  }
  for (const IxpSite* const site : plan.sites()) {
    const Result<void> following =
        follow("internet", site->internet_prefix, std::to_string(site->transit_as));
    if (!following) return following;
  }
  return {};
}

// Somebody else's namespace may begin with our word: only the names that a lab can have are ours.
bool ours(std::string_view name) {
  LabOptions largest;
  largest.members = 50;
  std::vector<std::string> places = make_plan(largest)->places();
  places.emplace_back(kWires);
  return std::any_of(places.begin(), places.end(),
                     [&](const std::string& place) { return name == namespace_of(place); });
}

// Every process whose network is this namespace.
std::vector<pid_t> processes_in(const std::string& name) {
  std::vector<pid_t> pids;
  const Result<Outcome> listed = peerlab::run({{"ip", "netns", "pids", name}});
  if (!listed) return pids;
  for (const std::string_view line : split(listed->output, '\n')) {
    if (const auto pid = parse_decimal<std::uint32_t>(trim(line))) {
      pids.push_back(static_cast<pid_t>(*pid));
    }
  }
  return pids;
}

// True once none of the namespaces holds a process.
bool emptied(const std::vector<std::string>& names, int signal,
             std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  bool told = false;
  for (;;) {
    bool empty = true;
    for (const std::string& name : names) {
      for (const pid_t pid : processes_in(name)) {
        empty = false;
        if (!told) ::kill(pid, signal);
      }
    }
    if (empty) return true;
    told = signal != SIGKILL;  // a killer goes on killing what was forked meanwhile
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
}

}  // namespace

Result<void> ip_batch(std::string_view place, const std::string& lines) {
  Command command{{"ip"}};
  if (!place.empty()) command.argv.insert(command.argv.end(), {"-n", namespace_of(place)});
  command.argv.insert(command.argv.end(), {"-batch", "-"});
  command.input = lines;
  const Result<Outcome> outcome = peerlab::run(command);
  if (!outcome) return fail(outcome.error());
  if (outcome->ok()) return {};
  return fail(ErrorKind::Unavailable,
              fmt::format("ip -batch at {} said: {}", place.empty() ? "the root namespace" : place,
                          trim(outcome->errors)));
}

Result<void> stand_in(std::string_view place, const std::function<Result<void>()>& work) {
  Result<void> result;
  std::thread worker{[&] {
    const std::string path = fmt::format("{}/{}", kNamespaceFolder, namespace_of(place));
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || ::setns(descriptor, CLONE_NEWNET) != 0) {
      result = fail(ErrorKind::NotPermitted,
                    fmt::format("cannot enter {}: {}", path, std::strerror(errno)));
    } else {
      result = work();
    }
    if (descriptor >= 0) ::close(descriptor);
  }};
  worker.join();
  return result;
}

std::string wire_lines(const Wire& wire) {
  const std::string end = fmt::format("{}{}", wire.bridge.substr(0, 3), wire.port);
  return link_lines(wire.place, wire.device, kWires, end);
}

Result<void> raise_namespaces(const Plan& plan) {
  const std::vector<std::string> places = plan.places();
  std::string lines = fmt::format("netns add {}\n", namespace_of(kWires));
  for (const std::string& place : places)
    lines += fmt::format("netns add {}\n", namespace_of(place));
  if (const Result<void> made = ip_batch("", lines); !made) return made;
  for (const std::string& place : places) {
    if (const Result<void> tuned = stand_in(place, tune); !tuned) return tuned;
  }
  lines.clear();
  std::string bridge = "link add underlay type bridge\nlink set underlay up\n";
  unsigned port = 0;
  for (const std::string& place : places) {
    lines += wire_lines({place, "underlay", "underlay", ++port});
    bridge += fmt::format("link set und{} master underlay up\n", port);
  }
  lines += link_lines("ixpfra01", "routeserver", "routeserver", "ixpfra01");
  lines += link_lines("ixpfra01", "ixpams01", "ixpams01", "ixpfra01");
  for (const IxpSite* const site : plan.sites()) {
    lines += link_lines(site->name(), site->transit, site->transit, site->name());
    lines += link_lines(site->transit, "internet", "internet", site->transit);
  }
  if (const Result<void> linked = ip_batch("", lines); !linked) return linked;
  if (const Result<void> bridged = ip_batch(kWires, bridge); !bridged) return bridged;
  for (const std::string& place : places) {
    if (const Result<void> addressed = ip_batch(place, addresses_of(plan, place)); !addressed)
      return addressed;
  }
  return route_by_source(plan);
}

std::vector<std::string> standing_namespaces() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator{kNamespaceFolder, ignored}) {
    const std::string name = entry.path().filename().string();
    if (ours(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> remove_namespaces(const std::vector<std::string>& names) {
  if (!emptied(names, SIGTERM, 5s) && !emptied(names, SIGKILL, 5s)) {
    return fail(ErrorKind::Unavailable,
                "some processes of the lab do not end, not even when killed");
  }
  std::string lines;
  for (const std::string& name : names) lines += fmt::format("netns del {}\n", name);
  return lines.empty() ? Result<void>{} : ip_batch("", lines);
}

}  // namespace peerlab::lab
