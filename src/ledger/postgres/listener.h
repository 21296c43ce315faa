#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "ledger/listening.h"
#include "ledger/postgres/connection.h"

namespace peerlab::postgres {

// LISTEN on a connection of its own, with a thread that sleeps in poll(2) until a notification
// comes. A lost connection is made anew after a rest of 100 ms, then longer up to 5 s.  A server
// that went without a word is noticed within 10 s, by keepalives.
class Listener final : public Listening {
 public:
  // `heard` is called for notifications, and when listening begins and ends: what happened between
  // an end and the next beginning is not heard of.
  Listener(Secret url, const Limits& limits, std::function<void()> heard);
  ~Listener() override;

  [[nodiscard]] bool sound() const override { return sound_; }

 private:
  void run();
  void listen(Connection& connection);
  [[nodiscard]] bool told_to_leave_within(std::chrono::milliseconds longest) const;

  const Secret url_;
  const Limits limits_;
  const std::function<void()> heard_;
  const int leave_;  // an eventfd
  std::atomic<bool> sound_ = false;
  std::thread thread_;
};

}  // namespace peerlab::postgres
