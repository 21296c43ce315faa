#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

extern char** environ;

namespace peerlab {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) read = ends[0], write = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { close_read(), close_write(); }
  void close_read() {
    if (read >= 0) ::close(read);
    read = -1;
  }
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
  [[nodiscard]] bool ok() const { return read >= 0; }
};

Failure out_of(std::string_view what) {
  return fail(ErrorKind::Unavailable, fmt::format("cannot make a {} for another program", what),
              std::strerror(errno));
}

struct Streams {
  int input;
  int output;
  int errors;
};

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> lines;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view line{*entry};
    if (!command.environment.contains(std::string{line.substr(0, line.find('='))})) {
      lines.emplace_back(line);
    }
  }
  for (const auto& [name, value] : command.environment) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& lines) {
  std::vector<char*> result;
  for (std::string& line : lines) result.push_back(line.data());
  result.push_back(nullptr);
  return result;
}

// In the child.  Where our own standard streams are closed, these descriptors may be 0, 1 or 2
// themselves: they move out of the way first, since dup2 onto itself would leave them to close at
// exec.
void take_streams(Streams streams) {
  for (int* const stream : {&streams.input, &streams.output, &streams.errors}) {
    *stream = ::fcntl(*stream, F_DUPFD_CLOEXEC, 3);
  }
  ::dup2(streams.input, 0), ::dup2(streams.output, 1), ::dup2(streams.errors, 2);
}

// In the child.  The folder is entered with our own rights: the other identity needs no way to it.
bool take_place(const Command& command) {
  if (!command.directory.empty() && ::chdir(command.directory.c_str()) != 0) return false;
  if (!command.identity) return true;
  return ::setgroups(0, nullptr) == 0 && ::setgid(command.identity->group) == 0 &&
         ::setuid(command.identity->user) == 0;
}

// What the child said through the pipe that exec closes: its errno, or nothing.
std::optional<int> told_through(const Pipe& failed) {
  int number = 0;
  for (;;) {
    const ssize_t got = ::read(failed.read, &number, sizeof number);
    if (got < 0 && errno == EINTR) continue;
    return got == sizeof number ? std::optional{number} : std::nullopt;
  }
}

// Forks and executes; a failed exec comes back through a pipe as its errno.
Result<pid_t> spawn(const Command& command, Streams streams) {
  std::vector<std::string> arguments = command.argv, environment = environment_of(command);
  const std::vector<char*> argv = pointers(arguments), envp = pointers(environment);
  Pipe failed;
  if (!failed.ok()) return out_of("pipe");
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorKind::Unavailable, "cannot fork", std::strerror(errno));
  if (child == 0) {
    ::setpgid(0, 0);
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    take_streams(streams);
    if (take_place(command)) ::execvpe(argv[0], argv.data(), envp.data());
    const int number = errno;
    [[maybe_unused]] const ssize_t told = ::write(failed.write, &number, sizeof number);
    ::_exit(127);
  }
  failed.close_write();
  if (const std::optional<int> number = told_through(failed)) {
    ::waitpid(child, nullptr, 0);
    return fail(ErrorKind::NotFound,
                fmt::format("cannot run {}: {}", command.argv[0], std::strerror(*number)));
  }
  return child;
}

int milliseconds_until(Deadline deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

// Moves what one end has to offer; false when it is done.
bool pump_out(int from, std::string& into) {
  std::array<char, 16384> part{};
  const ssize_t got = ::read(from, part.data(), part.size());
  if (got > 0) into.append(part.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

bool pump_in(int into, std::string_view& rest) {
  const ssize_t put = ::write(into, rest.data(), rest.size());
  if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
  return !rest.empty() && (put >= 0 || errno == EINTR || errno == EAGAIN);
}

struct Exchange {
  Pipe input;
  Pipe output;
  Pipe errors;
};

// Until the program has ended and what it wrote is read; false when the deadline comes first.  The
// end is seen in `ended` and not in the pipes: a program may close its output and go on, or leave a
// child behind that holds it open.
bool exchange(Exchange& pipes, int ended, std::string_view text, Outcome& outcome,
              Deadline deadline) {
  if (text.empty()) pipes.input.close_write();
  for (;;) {
    std::array<pollfd, 4> watched{pollfd{pipes.output.read, POLLIN, 0},
                                  pollfd{pipes.errors.read, POLLIN, 0},
                                  pollfd{pipes.input.write, POLLOUT, 0}, pollfd{ended, POLLIN, 0}};
    const int left = milliseconds_until(deadline);
    const int ready = ::poll(watched.data(), watched.size(), ended < 0 ? 0 : left);
    if (ready == 0 || left == 0) return ended < 0;
    if (watched[0].revents != 0 && !pump_out(pipes.output.read, outcome.output)) {
      pipes.output.close_read();
    }
    if (watched[1].revents != 0 && !pump_out(pipes.errors.read, outcome.errors)) {
      pipes.errors.close_read();
    }
    if (watched[2].revents != 0 && !pump_in(pipes.input.write, text)) pipes.input.close_write();
    if (watched[3].revents != 0) {
      ended = -1;
      pipes.input.close_write();
    }
  }
}

int exit_code_of(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<Outcome> run(const Command& command, std::chrono::milliseconds patience) {
  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  ::signal(SIGPIPE, SIG_IGN);
  Exchange pipes;
  if (!pipes.input.ok() || !pipes.output.ok() || !pipes.errors.ok()) return out_of("pipe");
  const Result<pid_t> child =
      spawn(command, {pipes.input.read, pipes.output.write, pipes.errors.write});
  if (!child) return fail(child.error());
  pipes.input.close_read(), pipes.output.close_write(), pipes.errors.close_write();
  ::fcntl(pipes.input.write, F_SETFL, O_NONBLOCK);
  Outcome outcome;
  const int ended = static_cast<int>(
      ::syscall(SYS_pidfd_open, *child, 0));  // glibc 2.36 declares it without C linkage
  const bool in_time = ended >= 0 && exchange(pipes, ended, command.input, outcome, deadline);
  if (ended >= 0) ::close(ended);
  // Its group, and itself in case it left the group.
  if (!in_time) ::kill(-*child, SIGKILL), ::kill(*child, SIGKILL);
  outcome.exit_code = exit_code_of(*child);
  if (ended < 0) return out_of("process descriptor");
  if (!in_time) {
    return fail(ErrorKind::TimedOut,
                fmt::format("{} did not end within {} ms", command.argv[0], patience.count()));
  }
  return outcome;
}

Result<pid_t> start(const Command& command, const std::filesystem::path& log) {
  const int sink = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (sink < 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot write {}: {}", log.string(), std::strerror(errno)));
  }
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const Result<pid_t> child = spawn(command, {nothing, sink, sink});
  ::close(sink);
  ::close(nothing);
  return child;
}

}  // namespace peerlab
