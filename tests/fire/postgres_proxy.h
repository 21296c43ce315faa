// Stands between a gateway and PostgreSQL: slows questions down, keeps them, or cuts the connection
// at the statement that a test names, before the server saw it or after it was done.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace peerlab::fire {

enum class Lost {
  Request,  // the server never sees it
  Answer    // the server has committed; nobody is told
};

class PostgresProxy {
 public:
  // Before the server whose socket is in `server`; listens in `own`, an empty folder.
  PostgresProxy(std::filesystem::path server, std::filesystem::path own);
  ~PostgresProxy();
  PostgresProxy(const PostgresProxy&) = delete;
  PostgresProxy& operator=(const PostgresProxy&) = delete;

  // The same database by way of this proxy.
  [[nodiscard]] std::string url(std::string server_url) const;

  // The next execution of a statement whose text contains this.
  void cut(std::string statement, Lost what);
  [[nodiscard]] int cuts() const { return cuts_; }
  void delay(std::chrono::milliseconds each) { delay_ = each; }  // of every question
  void silence(bool is_silent) { silent_ = is_silent; }  // questions are kept while it lasts

 private:
  class Session;
  void serve();
  void pass_on(int client);
  // What is to be lost of this statement; nothing but for the one that is named.
  std::optional<Lost> doom_of(const std::string& statement);

  std::filesystem::path server_, own_;
  int listener_ = -1, stop_read_ = -1, stop_write_ = -1;
  std::atomic<std::chrono::milliseconds> delay_{};
  std::atomic<bool> silent_ = false;
  std::atomic<int> cuts_ = 0;
  std::mutex mutex_;
  std::optional<std::pair<std::string, Lost>> next_;
  std::list<std::thread> sessions_;
  std::thread thread_;
};

}  // namespace peerlab::fire
