#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

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
};

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

// Forks and executes; a failed exec comes back through a pipe as its errno.
Result<pid_t> spawn(const Command& command, Streams streams) {
  std::vector<std::string> arguments = command.argv, environment = environment_of(command);
  const std::vector<char*> argv = pointers(arguments), envp = pointers(environment);
  Pipe failed;
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorKind::Unavailable, "cannot fork", std::strerror(errno));
  if (child == 0) {
    ::setpgid(0, 0);
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(streams.input, 0), ::dup2(streams.output, 1), ::dup2(streams.errors, 2);
    if (command.directory.empty() || ::chdir(command.directory.c_str()) == 0) {
      ::execvpe(argv[0], argv.data(), envp.data());
    }
    const int number = errno;
    [[maybe_unused]] const ssize_t told = ::write(failed.write, &number, sizeof number);
    ::_exit(127);
  }
  failed.close_write();
  int number = 0;
  if (::read(failed.read, &number, sizeof number) == sizeof number) {
    ::waitpid(child, nullptr, 0);
    return fail(ErrorKind::NotFound,
                fmt::format("cannot run {}: {}", command.argv[0], std::strerror(number)));
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

bool exchange(Pipe& input, Pipe& output, Pipe& errors, std::string_view text, Outcome& outcome,
              Deadline deadline) {
  if (text.empty()) input.close_write();
  while (output.read >= 0 || errors.read >= 0) {
    std::array<pollfd, 3> watched{pollfd{output.read, POLLIN, 0}, pollfd{errors.read, POLLIN, 0},
                                  pollfd{input.write, POLLOUT, 0}};
    const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
    if (ready == 0) return false;
    if (watched[0].revents != 0 && !pump_out(output.read, outcome.output)) output.close_read();
    if (watched[1].revents != 0 && !pump_out(errors.read, outcome.errors)) errors.close_read();
    if (watched[2].revents != 0 && !pump_in(input.write, text)) input.close_write();
  }
  return true;
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
  Pipe input, output, errors;
  const Result<pid_t> child = spawn(command, {input.read, output.write, errors.write});
  if (!child) return fail(child.error());
  input.close_read(), output.close_write(), errors.close_write();
  ::fcntl(input.write, F_SETFL, O_NONBLOCK);
  Outcome outcome;
  const bool in_time = exchange(input, output, errors, command.input, outcome, deadline);
  if (!in_time) ::kill(-*child, SIGKILL);
  outcome.exit_code = exit_code_of(*child);
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
