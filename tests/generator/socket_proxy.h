// Between a program and BIRD's control socket: passes everything on, and lets a test act when a
// certain command is seen.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

namespace peerlab::generator_test {

enum class Moment { BeforeBirdSeesIt, AfterBirdAnswered };

struct Trigger {
  std::string command;  // how the line begins
  unsigned which = 1;   // its first, second, ... occurrence
  Moment moment = Moment::BeforeBirdSeesIt;
};

class SocketProxy {
 public:
  // Listens beside BIRD's socket.  `action` runs at most once, on the proxy's own thread; the
  // command, or its answer, goes on when it returns.
  SocketProxy(std::filesystem::path bird_socket, Trigger trigger, std::function<void()> action);
  ~SocketProxy();
  SocketProxy(const SocketProxy&) = delete;
  SocketProxy& operator=(const SocketProxy&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return path_; }
  [[nodiscard]] bool triggered() const { return triggered_; }

 private:
  void serve();
  void pass_on(int client);
  void look_at(const std::string& line);
  void act_at(Moment moment);

  std::filesystem::path bird_socket_, path_;
  Trigger trigger_;
  std::function<void()> action_;
  unsigned seen_ = 0;
  bool due_ = false;  // the command was seen and the action not taken
  std::atomic<bool> triggered_ = false;
  int listener_;
  int stop_read_ = -1, stop_write_ = -1;
  std::thread thread_;
};

}  // namespace peerlab::generator_test
