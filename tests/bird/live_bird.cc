#include "tests/bird/live_bird.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "tests/bird/by_hand.h"

namespace peerlab::bird {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Debian keeps BIRD and ip where a member's PATH may not look.
Command shell(std::string script, std::vector<std::string> arguments) {
  const char* const path = std::getenv("PATH");
  Command command{{"sh", "-c", std::move(script), "sh"},
                  {{"PATH", std::string{path ? path : "/usr/bin:/bin"} + ":/usr/sbin:/sbin"}}};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return command;
}

Result<void> need_bird() {
  const auto found = run(shell("command -v bird", {}));
  if (found && found->ok()) return {};
  return fail(ErrorKind::NotFound, "this machine has no BIRD");
}

Result<void> write_all(const testing_support::TemporaryFolder& folder, const Files& files) {
  for (const auto& [name, text] : files) {
    if (const auto written = write_file(folder / name, text); !written) return written;
  }
  return {};
}

constexpr const char* kNamespace = R"(
ip link add overlay0 type bridge &&
ip addr add fd7a:115c:a1e0::1/48 dev overlay0 nodad &&
for host in $(seq 20); do ip addr add 100.64.0.$host/10 dev overlay0; done &&
ip link set lo up && ip link set overlay0 up)";

bool is_root() { return ::geteuid() == 0; }

// Root makes a namespace; others make one in a user namespace, where the kernel allows it.
std::vector<std::string> new_namespace() { return {"unshare", is_root() ? "-n" : "-rn"}; }

std::vector<std::string> namespace_of(pid_t process) {
  std::vector<std::string> argv{"nsenter", "-t", std::to_string(process), "-n"};
  if (!is_root()) argv.insert(argv.end(), {"-U", "--preserve-credentials"});
  return argv;
}

std::vector<std::string> operator+(std::vector<std::string> first,
                                   const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Result<void> need_namespace() {
  Command command = shell(kNamespace, {});
  command.argv = new_namespace() + command.argv;
  const auto made = run(command);
  if (made && made->ok()) return {};
  return fail(ErrorKind::NotPermitted, "this machine lets us make no network namespace: " +
                                           (made ? made->errors : made.error().detail));
}

}  // namespace

Result<std::string> complaint_of_bird(const Files& files) {
  if (const auto there = need_bird(); !there) return fail(there.error());
  const testing_support::TemporaryFolder folder;
  if (const auto written = write_all(folder, files); !written) return fail(written.error());
  const auto read = run(shell("exec bird -p -c \"$1\"", {folder / "bird.conf"}));
  if (!read) return fail(read.error());
  if (read->ok()) return std::string{};
  return read->errors + read->output + " (exit " + std::to_string(read->exit_code) + ")";
}

std::string function_text(const policy::Policy& policy, const policy::Server& server,
                          const Labels& labels) {
  std::string text = render_function(policy, server, labels);
  const std::string_view decision = function_decision();
  return text.replace(text.find(decision), decision.size(), by_hand("decision.conf", decision));
}

Files server_directory(const policy::Policy& policy, const policy::Site& site, Form form) {
  Files files{{"bird.conf", render_server(site, form)},
              {"peerlab.conf", by_hand("peerlab.conf", fixed_part())},
              {"peerlab_site.conf", render_site(site)}};
  if (form == Form::Sessions) {
    files["peerlab_generated.conf"] = render_sessions(policy);
  } else {
    files["peerlab_function.conf"] = by_hand("peerlab_function.conf", function_part());
    files["peerlab_generated.conf"] = function_text(policy, policy::server_of(site));
  }
  return files;
}

Files laboratory(const policy::Policy& policy, const policy::Site& site, const std::string& more,
                 Form form) {
  Files files = server_directory(policy, site, form);
  files["bird.conf"] = "router id 100.64.0.1;\ninclude \"peerlab.conf\";\n";
  if (form == Form::Function) files["bird.conf"] += "include \"peerlab_function.conf\";\n";
  files["bird.conf"] += "protocol device peerlab_device {}\n" + more;
  return files;
}

Result<std::unique_ptr<LiveBird>> LiveBird::start(const Files& files) {
  if (const auto there = need_bird(); !there) return fail(there.error());
  if (const auto made = need_namespace(); !made) return fail(made.error());
  return start(files, std::string{kNamespace} + " && ", new_namespace());
}

Result<std::unique_ptr<LiveBird>> LiveBird::start_beside(const Files& files) const {
  return start(files, "", namespace_of(process_));
}

Result<std::unique_ptr<LiveBird>> LiveBird::start(const Files& files, const std::string& script,
                                                  std::vector<std::string> wrapper) {
  std::unique_ptr<LiveBird> bird{new LiveBird};
  if (const auto written = write_all(bird->folder_, files); !written) return fail(written.error());
  Command command = shell(script + "exec bird -f -c \"$1\" -s \"$2\"",
                          {bird->folder_ / "bird.conf", bird->folder_ / "bird.ctl"});
  command.argv = std::move(wrapper) + command.argv;
  const auto process = peerlab::start(command, bird->folder_ / "log");
  if (!process) return fail(process.error());
  bird->process_ = *process;
  if (const auto ready = bird->wait_for_socket(); !ready) return fail(ready.error());
  return bird;
}

Result<void> LiveBird::wait_for_socket() {
  for (int attempt = 0; attempt < 500 && ::waitpid(process_, nullptr, WNOHANG) == 0; ++attempt) {
    auto connected = ControlSocket::connect(folder_ / "bird.ctl", seconds{30});
    if (connected) {
      socket_ = std::move(*connected);
      return {};
    }
    std::this_thread::sleep_for(milliseconds{20});
  }
  // Never a reason to skip: this machine can run a BIRD and this one did not come up.
  return fail(ErrorKind::Internal,
              "BIRD did not start: " + read_file(folder_ / "log").value_or("no log"));
}

LiveBird::~LiveBird() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

std::string LiveBird::ask(const std::string& command) {
  const auto reply = socket_->command(command);
  return reply ? reply->text() : reply.error().detail + " " + reply.error().cause;
}

}  // namespace peerlab::bird
