#include "tests/attack/network_namespace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace peerlab::attack {
namespace {

constexpr const char* kOwn = "/proc/thread-self/ns/net";

// Addresses are usable at once, routers are believed by nobody, and packets are forwarded.
constexpr const char* kTune =
    "for name in default/accept_dad=0 all/accept_dad=0 default/accept_ra=0 all/accept_ra=0 "
    "all/forwarding=1 default/forwarding=1; do\n"
    "  echo \"${name#*=}\" >\"/proc/sys/net/ipv6/conf/${name%=*}\" || exit 1\n"
    "done\necho 1 >/proc/sys/net/ipv4/ip_forward && exec ip link set lo up";

}  // namespace

Result<NetworkNamespace> NetworkNamespace::make() {
  const int back = ::open(kOwn, O_RDONLY | O_CLOEXEC);
  if (back < 0 || ::unshare(CLONE_NEWNET) != 0) {
    const std::string why = std::strerror(errno);
    ::close(back);
    return fail(ErrorKind::NotPermitted, "this machine lets us make no network namespace: " + why);
  }
  NetworkNamespace made{::open(kOwn, O_RDONLY | O_CLOEXEC)};
  ::setns(back, CLONE_NEWNET);
  ::close(back);
  const auto tuned = run_in(made, {{"sh", "-c", kTune}});
  if (!tuned) return fail(tuned.error());
  if (!tuned->ok()) {
    return fail(ErrorKind::NotPermitted, "a new namespace cannot be set up: " + tuned->errors);
  }
  return made;
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)} {}

NetworkNamespace::~NetworkNamespace() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string NetworkNamespace::path() const {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), descriptor_);
}

Standing::Standing(const NetworkNamespace& place) : back_{::open(kOwn, O_RDONLY | O_CLOEXEC)} {
  if (::setns(place.descriptor(), CLONE_NEWNET) != 0) std::abort();
}

Standing::~Standing() {
  if (::setns(back_, CLONE_NEWNET) != 0) std::abort();
  ::close(back_);
}

Result<Outcome> run_in(const NetworkNamespace& place, const Command& command) {
  const Standing there{place};
  return run(command);
}

Result<void> ip_batch(const NetworkNamespace& place, const std::string& lines) {
  Command command{{"ip", "-batch", "-"}};
  command.input = lines;
  const auto done = run_in(place, command);
  if (!done) return fail(done.error());
  return done->ok() ? Result<void>{} : fail(ErrorKind::Internal, "ip says: " + done->errors);
}

Result<Daemon> Daemon::start(const NetworkNamespace& place, std::vector<std::string> argv,
                             const std::filesystem::path& log) {
  argv.insert(argv.begin(), {"setpriv", "--pdeathsig", "KILL"});
  const Standing there{place};
  const auto pid = peerlab::start({std::move(argv)}, log);
  if (!pid) return fail(pid.error());
  return Daemon{*pid};
}

Daemon::Daemon(Daemon&& other) noexcept : pid_{std::exchange(other.pid_, -1)} {}

Daemon::~Daemon() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Daemon::running() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }

}  // namespace peerlab::attack
