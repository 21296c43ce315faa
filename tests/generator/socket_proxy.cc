#include "tests/generator/socket_proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace peerlab::generator_test {
namespace {

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

int open_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

std::string read_some(int from) {
  std::array<char, 65536> part{};
  const ssize_t got = ::read(from, part.data(), part.size());
  return {part.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

void send_all(int into, const std::string& bytes) {
  (void)::send(into, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace

SocketProxy::SocketProxy(std::filesystem::path bird_socket, Trigger trigger,
                         std::function<void()> action)
    : bird_socket_{std::move(bird_socket)},
      path_{bird_socket_.string() + ".proxy"},
      trigger_{std::move(trigger)},
      action_{std::move(action)},
      listener_{open_socket()} {
  const sockaddr_un address = address_of(path_);
  ::unlink(path_.c_str());
  std::array<int, 2> stop{};
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 8) != 0 || ::pipe2(stop.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("cannot stand before BIRD's socket");
  }
  stop_read_ = stop[0], stop_write_ = stop[1];
  thread_ = std::thread{[this] { serve(); }};
}

SocketProxy::~SocketProxy() {
  ::close(stop_write_);
  thread_.join();
  ::close(stop_read_);
  ::close(listener_);
}

void SocketProxy::serve() {
  for (;;) {
    std::array<pollfd, 2> watched{pollfd{listener_, POLLIN, 0}, pollfd{stop_read_, POLLIN, 0}};
    ::poll(watched.data(), watched.size(), -1);
    if (watched[1].revents != 0) return;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    pass_on(client);
    ::close(client);
  }
}

void SocketProxy::pass_on(int client) {
  const int bird = open_socket();
  const sockaddr_un address = address_of(bird_socket_);
  bool open = ::connect(bird, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  while (open) {
    std::array<pollfd, 3> watched{pollfd{client, POLLIN, 0}, pollfd{bird, POLLIN, 0},
                                  pollfd{stop_read_, POLLIN, 0}};
    ::poll(watched.data(), watched.size(), -1);
    if (watched[2].revents != 0) break;
    if (watched[0].revents != 0) {
      const std::string line = read_some(client);
      open = !line.empty();
      look_at(line);
      act_at(Moment::BeforeBirdSeesIt);
      send_all(bird, line);
    } else {
      const std::string answer = read_some(bird);
      open = !answer.empty();
      act_at(Moment::AfterBirdAnswered);
      send_all(client, answer);
    }
  }
  ::close(bird);
}

void SocketProxy::look_at(const std::string& line) {
  if (line.starts_with(trigger_.command)) due_ = ++seen_ == trigger_.which;
}

void SocketProxy::act_at(Moment moment) {
  if (!due_ || trigger_.moment != moment) return;
  due_ = false;
  triggered_ = true;  // first: the test looks when the program that the action kills has ended
  action_();
}

}  // namespace peerlab::generator_test
