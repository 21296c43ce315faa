#include "bird/control_socket.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "base/text.h"

namespace peerlab::bird {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Deadline = SteadyClock::time_point;

constexpr int kHello = 1;
constexpr int kRestricted = 16;
constexpr int kFirstRefusal = 8000;
constexpr std::size_t kCommandMost = 4000;        // BIRD reads a command into 4096 bytes
constexpr std::size_t kAnswerMost = 512U << 20U;  // the whole table in detail is below 200 MB

Failure timed_out() { return fail(ErrorKind::TimedOut, "BIRD did not answer in time"); }

Failure unavailable(std::string cause) {
  return fail(ErrorKind::Unavailable, "BIRD's control socket does not answer", std::move(cause));
}

Failure system_failure(std::string_view what, int number) {
  const auto kind =
      number == EACCES || number == EPERM ? ErrorKind::NotPermitted : ErrorKind::Unavailable;
  return fail(kind, "BIRD's control socket does not answer",
              fmt::format("{}: {}", what, std::strerror(number)));
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_{number} {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<void> wait_for(int descriptor, short events, Deadline deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0) return timed_out();
    pollfd watched{descriptor, events, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::min<long long>(left, 60'000)));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_failure("poll", errno);
  }
}

// A full backlog answers EAGAIN at once and poll cannot wait for room in it.
Result<void> open_connection(int descriptor, const sockaddr_un& address, Deadline deadline) {
  for (;;) {
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(descriptor, generic, sizeof address) == 0) return {};
    if (errno != EAGAIN && errno != EINTR) return system_failure("connect", errno);
    if (SteadyClock::now() >= deadline) return timed_out();
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

struct Line {
  std::optional<int> code;  // nullopt: that of the line before
  bool last = false;
  std::string text;
};

// "1007-text" goes on, "0000 text" ends, " text" goes on under the code before.
std::optional<Line> read_line(std::string_view line) {
  if (line.starts_with(' ')) return Line{std::nullopt, false, std::string{line.substr(1)}};
  if (line.size() < 5 || (line[4] != ' ' && line[4] != '-')) return std::nullopt;
  const auto code = parse_decimal<unsigned>(line.substr(0, 4));
  if (!code) return std::nullopt;
  return Line{static_cast<int>(*code), line[4] == ' ', std::string{line.substr(5)}};
}

}  // namespace

bool Reply::ok() const {
  return std::ranges::none_of(lines, [](const auto& line) { return line.code >= kFirstRefusal; });
}

std::string Reply::text() const {
  std::string joined;
  for (const ReplyLine& line : lines) {
    if (&line != &lines.front()) joined += '\n';
    joined += line.text;
  }
  return joined;
}

class ControlSocket::Connection {
 public:
  Connection(FileDescriptor descriptor, std::chrono::milliseconds patience)
      : descriptor_{std::move(descriptor)}, patience_{patience} {}

  Result<Reply> ask(std::string_view command) {
    if (broken_) return unavailable("an earlier answer was cut off");
    const Deadline deadline = SteadyClock::now() + patience_;
    const auto sent = send_all(std::string{command} + '\n', deadline);
    Result<Reply> reply = sent ? read_reply(deadline) : fail(sent.error());
    broken_ = !reply;
    return reply;
  }

  Result<Reply> read_reply(Deadline deadline) {
    Reply reply;
    std::size_t bytes = 0;
    for (;;) {
      const Result<std::string_view> raw = next_line(deadline);
      if (!raw) return fail(raw.error());
      if (raw->starts_with('+')) continue;  // what BIRD says to everybody, not an answer to us
      bytes += raw->size();
      std::optional<Line> line = read_line(*raw);
      if (!line || (!line->code && reply.lines.empty())) {
        return unavailable("not BIRD's protocol: " + printable(*raw));
      }
      if (bytes > kAnswerMost) return unavailable("the answer does not end");
      const int code = line->code ? *line->code : reply.lines.back().code;
      reply.lines.push_back(ReplyLine{code, std::move(line->text)});
      if (line->last) return reply;
    }
  }

 private:
  Result<void> send_all(std::string_view bytes, Deadline deadline) {
    while (!bytes.empty()) {
      const ssize_t sent =
          ::send(descriptor_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno == EAGAIN) {
        if (const auto ready = wait_for(descriptor_.number(), POLLOUT, deadline); !ready) {
          return ready;
        }
      } else if (errno != EINTR) {
        return system_failure("send", errno);
      }
    }
    return {};
  }

  // Valid until the next call.
  Result<std::string_view> next_line(Deadline deadline) {
    std::size_t searched = taken_;
    for (;;) {
      const auto end = buffer_.find('\n', searched);
      if (end != std::string::npos) {
        const std::string_view line = std::string_view{buffer_}.substr(taken_, end - taken_);
        taken_ = end + 1;
        return line;
      }
      buffer_.erase(0, taken_);
      taken_ = 0;
      searched = buffer_.size();
      if (searched > kAnswerMost) return unavailable("a line does not end");
      if (const auto more = receive(deadline); !more) return fail(more.error());
    }
  }

  Result<void> receive(Deadline deadline) {
    std::array<char, 65536> chunk;
    for (;;) {
      if (const auto ready = wait_for(descriptor_.number(), POLLIN, deadline); !ready) return ready;
      const ssize_t got = ::recv(descriptor_.number(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (got == 0) return unavailable("BIRD closed the connection");
      if (got > 0) {
        buffer_.append(chunk.data(), static_cast<std::size_t>(got));
        return {};
      }
      if (errno != EAGAIN && errno != EINTR) return system_failure("recv", errno);
    }
  }

  FileDescriptor descriptor_;
  std::chrono::milliseconds patience_;  // for one whole command, answer included
  std::string buffer_;
  std::size_t taken_ = 0;  // bytes of buffer_ that were handed out as lines
  bool broken_ = false;    // what is unread belongs to an earlier question
};

Result<ControlSocket> ControlSocket::connect(const std::filesystem::path& path,
                                             std::chrono::milliseconds patience) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = path.native();
  if (name.empty() || name.size() >= sizeof address.sun_path) {
    return fail(ErrorKind::Malformed, "the path of BIRD's control socket is empty or too long");
  }
  std::ranges::copy(name, std::begin(address.sun_path));

  FileDescriptor descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (descriptor.number() < 0) return system_failure("socket", errno);
  const Deadline deadline = SteadyClock::now() + patience;
  if (const auto open = open_connection(descriptor.number(), address, deadline); !open) {
    return fail(open.error());
  }
  auto connection = std::make_unique<Connection>(std::move(descriptor), patience);
  const Result<Reply> hello = connection->read_reply(deadline);
  if (!hello) return fail(hello.error());
  if (hello->lines.front().code != kHello) return unavailable("no greeting of BIRD's");
  return ControlSocket{std::move(connection)};
}

ControlSocket::ControlSocket(std::unique_ptr<Connection> connection)
    : connection_{std::move(connection)} {}
ControlSocket::ControlSocket(ControlSocket&&) noexcept = default;
ControlSocket& ControlSocket::operator=(ControlSocket&&) noexcept = default;
ControlSocket::~ControlSocket() = default;

Result<void> ControlSocket::restrict() {
  const Result<Reply> reply = command("restrict");
  if (!reply) return fail(reply.error());
  if (reply->lines.front().code != kRestricted) return unavailable("restrict was not granted");
  return {};
}

Result<Reply> ControlSocket::command(std::string_view line) {
  const bool breaks = line.find_first_of(std::string_view{"\n\r\0", 3}) != std::string_view::npos;
  if (line.empty() || breaks || line.size() > kCommandMost) {
    return fail(ErrorKind::Malformed, "a command to BIRD is one line of at most 4000 bytes");
  }
  return connection_->ask(line);
}

Result<std::string> ControlSocket::ask(std::string_view line) {
  const Result<Reply> reply = command(line);
  if (!reply) return fail(reply.error());
  if (reply->ok()) return reply->text();
  return fail(ErrorKind::Unprocessable,
              fmt::format("BIRD answers \"{}\" with: {}", line, printable(reply->text(), 200)));
}

}  // namespace peerlab::bird
