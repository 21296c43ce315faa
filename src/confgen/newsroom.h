// The two that ask: the gateway, which keeps a question until it knows more, and Headscale, which
// is asked every few seconds.  What they hear comes to one place.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <variant>
#include <vector>

#include "confgen/lookout.h"

namespace peerlab::confgen {

using News = std::variant<MappingsNews, NodesNews>;

// Any thread.
class Newsroom {
 public:
  void post(News news);
  // What came, at once where there is some, else after at most `patience` or when woken.
  [[nodiscard]] std::vector<News> wait(std::chrono::milliseconds patience);
  void stop();  // wakes everybody, now and from now on
  [[nodiscard]] bool stopped() const;
  // True where it was stopped before the time was over.
  [[nodiscard]] bool pause(std::chrono::milliseconds time);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<News> news_;
  bool stopped_ = false;
};

// Both ask until the newsroom is stopped; who does not answer is left alone for a while (Backoff).
void ask_gateway(const OneShotOptions& options, Newsroom& newsroom);
void ask_headscale(const OneShotOptions& options, Newsroom& newsroom);

}  // namespace peerlab::confgen
