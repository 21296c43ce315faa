// A stand-in for an Auth0 tenant, on a loopback port: the token endpoint and the two ways of the
// Management API v2 to a user, as Auth0's documentation has them (WIRE.md 2.5), with its index that
// lags, its limits and its refusals.  It holds whoever asks to the documented form of a question.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.h"
#include "tests/support/running_server.h"

namespace peerlab::testing_support {

struct DirectoryEntry {
  std::string email;
  bool verified = true;
  bool indexed = true;  // false: the search does not find it yet
};

class TestDirectory {
 public:
  static constexpr std::string_view kClientId = "m2m-application";
  static constexpr std::string_view kClientSecret = "m2m secret & more = %41+";

  TestDirectory();
  ~TestDirectory() { hold(false); }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  [[nodiscard]] std::string url() const;  // without a slash at its end

  void put(const std::string& user_id, DirectoryEntry entry);
  void remove(const std::string& user_id);

  void tokens_live(std::chrono::seconds life);  // expires_in of those that are made from now on
  void refuse_old_tokens();                     // those made until now: 401
  void forbid(bool is_forbidden);               // the application may not read:users: 403
  void hold(bool is_held);                      // no answer to anything until it is let go

  // The next so many questions: the tenant's limit is reached, which users tell as 429 and the
  // token endpoint as 500 access_denied.  The reset lies in the past, so only `retry_after` is a
  // time.
  void limit_users(int questions, std::optional<int> retry_after = {});
  void limit_tokens(int questions);
  void time_out_searches_of_more_than(std::size_t users);  // 503
  // Of all x-ratelimit fields from now on.
  void remaining(int questions, std::int64_t reset);

  [[nodiscard]] int tokens() const { return tokens_; }        // given
  [[nodiscard]] int searches() const { return searches_; }    // answered 200
  [[nodiscard]] int looked_up() const { return looked_up_; }  // by id, found or not
  [[nodiscard]] int questions() const { return questions_; }  // about users, however answered
  [[nodiscard]] int most_at_once() const { return most_at_once_; }
  [[nodiscard]] std::string token() const;                // the last one
  [[nodiscard]] std::vector<std::string> faults() const;  // what no documentation allows to ask

 private:
  http::Response answer(const http::Request& request);
  http::Response token_for(const http::Request& request);
  http::Response users_for(const http::Request& request);
  http::Response one_user(const std::string& id);
  http::Response found_by(const http::Request& request);
  http::Response with_limits(http::Response response) const;
  http::Response fault(std::string what);

  mutable std::mutex mutex_;
  std::map<std::string, DirectoryEntry> users_;
  std::map<std::string, std::chrono::steady_clock::time_point> tokens_until_;
  std::string last_token_;
  std::vector<std::string> faults_;
  std::chrono::seconds token_life_{86'400};
  std::optional<int> retry_after_;
  int remaining_ = 9;
  std::int64_t reset_ = 1'600'000'000;
  std::size_t search_most_ = 1'000;
  int users_limited_ = 0, tokens_limited_ = 0;
  bool forbidden_ = false, held_ = false;
  std::condition_variable let_go_;
  std::atomic<int> tokens_ = 0, searches_ = 0, looked_up_ = 0, questions_ = 0;
  std::atomic<int> at_once_ = 0, most_at_once_ = 0;
  RunningServer server_;
};

}  // namespace peerlab::testing_support
