#include "lab/processes.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "lab/plan.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A field of /proc/PID/status: "VmRSS:", "State:".
std::string status_field(pid_t pid, std::string_view name) {
  const Result<std::string> status = read_file(fmt::format("/proc/{}/status", pid));
  if (!status) return {};
  for (const std::string_view line : split(*status, '\n')) {
    if (line.starts_with(name)) return std::string{trim(line.substr(name.size()))};
  }
  return {};
}

// When the kernel started it (field 22 of /proc/PID/stat): a number given again is another process.
std::string birth_of(pid_t pid) {
  const Result<std::string> stat = read_file(fmt::format("/proc/{}/stat", pid));
  if (!stat) return {};
  const std::vector<std::string_view> fields =
      split(std::string_view{*stat}.substr(stat->rfind(')') + 1), ' ');
  return fields.size() > 20 ? std::string{fields[20]} : std::string{};
}

bool alive(pid_t pid) {
  ::waitpid(pid, nullptr, WNOHANG);  // ours to bury where we started it
  const std::string state = status_field(pid, "State:");
  return !state.empty() && !state.starts_with('Z');
}

bool gone_within(pid_t pid, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (alive(pid)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

}  // namespace

std::vector<std::string> inside(std::string_view place, std::vector<std::string> argv) {
  argv.insert(argv.begin(), {"ip", "netns", "exec", namespace_of(place)});
  return argv;
}

Result<void> Processes::start(const Program& program) const {
  const Result<pid_t> pid = peerlab::start(
      {inside(program.place, program.argv), program.environment}, log_of(program.role));
  if (!pid) return fail(pid.error());
  return write_file(directory_ / "pids" / program.role,
                    fmt::format("{} {}\n", *pid, birth_of(*pid)));
}

Result<void> Processes::reload(std::string_view role) const {
  const std::optional<pid_t> pid = pid_of(role);
  if (pid && ::kill(*pid, SIGHUP) == 0) return {};
  return fail(ErrorKind::NotFound, fmt::format("{} does not run", role));
}

Result<void> Processes::kill(std::string_view role) const {
  const std::optional<pid_t> pid = pid_of(role);
  if (!pid || ::kill(-*pid, SIGKILL) != 0)
    return fail(ErrorKind::NotFound, fmt::format("{} does not run", role));
  if (gone_within(*pid, 5s)) return {};
  return fail(ErrorKind::TimedOut, fmt::format("{} does not end, not even when killed", role));
}

Result<void> Processes::stop(std::string_view role, int signal) const {
  const std::optional<pid_t> pid = pid_of(role);
  if (!pid || !alive(*pid)) return {};
  ::kill(-*pid, signal);  // start gave it a process group of its own
  if (gone_within(*pid, 10s)) return {};
  ::kill(-*pid, SIGKILL);
  if (gone_within(*pid, 5s)) return {};
  return fail(ErrorKind::TimedOut, fmt::format("{} does not end, not even when killed", role));
}

fs::path Processes::log_of(std::string_view role) const {
  return directory_ / "log" / fmt::format("{}.log", role);
}

std::vector<std::string> Processes::roles() const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator{directory_ / "pids", ignored}) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool Processes::running(std::string_view role) const {
  const std::optional<pid_t> pid = pid_of(role);
  return pid && alive(*pid);
}

std::optional<std::uint64_t> Processes::resident_kib(std::string_view role) const {
  const std::optional<pid_t> pid = pid_of(role);
  if (!pid) return std::nullopt;
  const std::string field = status_field(*pid, "VmRSS:");
  return parse_decimal<std::uint64_t>(split_once(field, ' ').first);
}

std::optional<pid_t> Processes::pid_of(std::string_view role) const {
  const Result<std::string> text = read_file(directory_ / "pids" / role);
  if (!text) return std::nullopt;
  const auto [number, birth] = split_once(trim(*text), ' ');
  const auto pid = parse_decimal<std::uint32_t>(number);
  if (!pid || birth_of(static_cast<pid_t>(*pid)) != birth) return std::nullopt;
  return static_cast<pid_t>(*pid);
}

}  // namespace peerlab::lab
