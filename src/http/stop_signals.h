// SIGTERM and SIGINT as a call, not as an interruption.
#pragma once

#include <functional>
#include <thread>

namespace peerlab::http {

// Made first in main(): both signals are blocked in every thread started after it and wait for
// `call`.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Calls `on_stop` once, from a thread of its own, at the first signal, also where it came before
  // this call.  The second signal ends the program by its usual effect.  Call it once; `on_stop`
  // may be called until the destructor.
  void call(std::function<void()> on_stop);

 private:
  int signals_;
  int leave_;
  std::thread waiting_;
};

}  // namespace peerlab::http
