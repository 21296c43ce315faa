// Members who lease, give back and look at once, over HTTP, each with a history of its own.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "http/client.h"
#include "tests/fire/history.h"

namespace peerlab::fire {

struct Membership {
  std::string name;
  std::string token;
};

// Gives the URL of a path at some gateway.
using UrlOf = std::function<std::string(std::string_view path)>;

struct Door {
  const http::Client& client;
  UrlOf url_of;
  std::string unix_socket = {};  // where not empty, the way there
};

// Asks for what the operation says (member, verb, prefix), waiting longer than any bound of a test,
// and writes down what came of it: without an answer its outcome is unknown.
Result<http::ClientResponse> ask(const Door& door, const std::string& token, Operation& operation,
                                 const HistoryWriter& history);

class Crowd {
 public:
  // `url_of` may give another gateway each time.
  Crowd(const std::vector<Membership>& members, std::filesystem::path folder, UrlOf url_of);
  ~Crowd() { stop(); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  void stop();                                              // when each has its last answer
  [[nodiscard]] int answered() const { return answered_; }  // with 2xx
  [[nodiscard]] std::chrono::milliseconds slowest() const;  // of all answers, after stop()

 private:
  void act(const Membership& member, const std::filesystem::path& history);

  http::Client client_;
  Door door_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> answered_ = 0;
  std::atomic<std::int64_t> slowest_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace peerlab::fire
