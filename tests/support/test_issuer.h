// An OpenID issuer for tests, on a loopback port: it serves a discovery document and a key set,
// counts how often it was asked, and is down or slow when told to.  It makes no tokens: that is the
// mint (token_mint.h).
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "http/server.h"

namespace peerlab::testing_support {

class TestIssuer {
 public:
  explicit TestIssuer(std::string keys);  // a key set, as text
  ~TestIssuer();
  TestIssuer(const TestIssuer&) = delete;
  TestIssuer& operator=(const TestIssuer&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }  // the issuer, its last slash too
  [[nodiscard]] std::string keys_url() const { return url_ + "keys"; }

  void publish(std::string keys);        // instead of the keys until now
  void discovery(std::string document);  // instead of the right one
  void down(bool is_down);               // 503 to everything, and still counted
  void slow(std::chrono::milliseconds delay);

  [[nodiscard]] int keys_fetched() const { return keys_fetched_; }
  [[nodiscard]] int discovered() const { return discovered_; }

 private:
  http::Response answer(const http::Request& request);

  std::mutex mutex_;
  std::string keys_;
  std::string discovery_;
  std::atomic<bool> is_down_{false};
  std::atomic<std::chrono::milliseconds> delay_{};
  std::atomic<int> keys_fetched_{0};
  std::atomic<int> discovered_{0};
  std::unique_ptr<http::Server> server_;
  std::string url_;
  std::thread serving_;
};

}  // namespace peerlab::testing_support
