#include "tests/fire/postgres_proxy.h"

#include <endian.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>
#include <stdexcept>

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;

sockaddr_un address_in(const std::filesystem::path& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (folder / ".s.PGSQL.5432").native().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

int open_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

std::string read_some(int from) {
  std::array<char, 65536> part{};
  const ssize_t got = ::read(from, part.data(), part.size());
  return {part.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

bool send_all(int into, const std::string& bytes) {
  return ::send(into, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

// Splits a direction of the protocol (PostgreSQL 15, chapter 55) into messages: a letter, a length
// that counts itself, and the rest.  The first that a client sends has no letter.
class Messages {
 public:
  explicit Messages(bool has_bare_first) : bare_{has_bare_first} {}
  void add(const std::string& bytes) { unread_ += bytes; }

  // The next whole message as letter and body; nothing while there is none.
  std::optional<std::pair<char, std::string>> next() {
    const std::size_t head = bare_ ? 0 : 1;
    if (unread_.size() < head + 4) return std::nullopt;
    std::uint32_t length = 0;
    std::memcpy(&length, unread_.data() + head, sizeof length);
    const std::size_t end = head + be32toh(length);
    if (unread_.size() < end) return std::nullopt;
    std::pair<char, std::string> message{bare_ ? '\0' : unread_[0],
                                         unread_.substr(head + 4, end - head - 4)};
    unread_.erase(0, end);
    bare_ = false;
    return message;
  }

 private:
  bool bare_;
  std::string unread_;
};

}  // namespace

// One connection: what it prepared under which name, and whether its next answer is to be lost.
class PostgresProxy::Session {
 public:
  explicit Session(PostgresProxy& proxy) : proxy_{proxy} {}

  // False: not to be passed on, and the end of the connection.
  bool may_ask(const std::string& bytes) {
    asked_.add(bytes);
    while (const auto message = asked_.next()) {
      const auto& [letter, body] = *message;
      const std::string name = body.c_str();
      if (letter == 'P') statements_[name] = body.c_str() + name.size() + 1;
      if (letter == 'B') {  // the portal's name comes first
        const auto doom = proxy_.doom_of(statements_[body.c_str() + name.size() + 1]);
        if (doom == Lost::Request) return false;
        if (doom == Lost::Answer) loses_answer_ = true;
      }
    }
    return true;
  }

  // False: this answer was whole, and nobody is to see it.
  bool may_answer(const std::string& bytes) {
    if (!loses_answer_) return true;
    answered_.add(bytes);
    while (const auto message = answered_.next()) {
      if (message->first == 'Z') return false;  // ReadyForQuery comes after the commit
    }
    return true;
  }
  [[nodiscard]] bool loses_answer() const { return loses_answer_; }

 private:
  PostgresProxy& proxy_;
  Messages asked_{true};
  Messages answered_{false};
  std::map<std::string, std::string> statements_;
  bool loses_answer_ = false;
};

PostgresProxy::PostgresProxy(std::filesystem::path server, std::filesystem::path own)
    : server_{std::move(server)}, own_{std::move(own)}, listener_{open_socket()} {
  std::filesystem::create_directories(own_);
  const sockaddr_un address = address_in(own_);
  std::array<int, 2> stop{};
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 64) != 0 || ::pipe2(stop.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error{"cannot stand before PostgreSQL's socket"};
  }
  stop_read_ = stop[0], stop_write_ = stop[1];
  thread_ = std::thread{[this] { serve(); }};
}

PostgresProxy::~PostgresProxy() {
  ::close(stop_write_);
  thread_.join();
  for (std::thread& session : sessions_) session.join();
  ::close(stop_read_);
  ::close(listener_);
}

std::string PostgresProxy::url(std::string server_url) const {
  const std::string host = "host=" + server_.string();
  const auto at = server_url.find(host);
  if (at == std::string::npos) throw std::runtime_error{"not a database of that server"};
  return server_url.replace(at, host.size(), "host=" + own_.string());
}

void PostgresProxy::cut(std::string statement, Lost what) {
  const std::lock_guard lock{mutex_};
  next_ = {std::move(statement), what};
}

std::optional<Lost> PostgresProxy::doom_of(const std::string& statement) {
  const std::lock_guard lock{mutex_};
  if (!next_ || statement.find(next_->first) == std::string::npos) return std::nullopt;
  const Lost what = next_->second;
  next_.reset();
  ++cuts_;
  return what;
}

void PostgresProxy::serve() {
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{listener_, POLLIN, 0}, pollfd{stop_read_, POLLIN, 0}};
    ::poll(watched.data(), watched.size(), -1);
    if (watched[1].revents != 0) return;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) sessions_.emplace_back([this, client] { pass_on(client); });
  }
}

void PostgresProxy::pass_on(int client) {
  const int server = open_socket();
  const sockaddr_un address = address_in(server_);
  bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  Session session{*this};
  while (open) {
    std::array<pollfd, 3> watched{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0},
                                  pollfd{stop_read_, POLLIN, 0}};
    // While it is silent it looks at neither, and yet ends with the test.
    const nfds_t skipped = silent_ ? 2 : 0;
    ::poll(watched.data() + skipped, watched.size() - skipped, silent_ ? 20 : 200);
    if (watched[2].revents != 0) break;
    if (skipped != 0) continue;
    if (watched[0].revents != 0) {
      const std::string question = read_some(client);
      std::this_thread::sleep_for(delay_.load());
      open = !question.empty() && session.may_ask(question) && send_all(server, question);
    } else if (watched[1].revents != 0) {
      const std::string answer = read_some(server);
      open = !answer.empty() && session.may_answer(answer);
      if (open && !session.loses_answer()) open = send_all(client, answer);
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace peerlab::fire
