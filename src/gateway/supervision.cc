#include "gateway/supervision.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/text.h"
#include "http/client.h"

namespace peerlab::gateway {
namespace {

std::string value(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

// How a program on this machine reaches who listens there.
std::string url_of(std::string_view address, std::uint16_t port) {
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  return fmt::format("http://{}:{}/health/live", host, port);
}

void watch(const std::stop_token& stop, const Systemd& systemd, const std::string& url,
           std::chrono::milliseconds pause) {
  const http::Client client;
  const http::ClientRequest question{.url = url, .timeout = pause, .connect_timeout = pause};
  std::mutex mutex;
  std::condition_variable_any woken;
  for (std::unique_lock lock{mutex}; !stop.stop_requested();) {
    // Any answer is one, also that too much was asked.
    if (client.send(question)) systemd.tell("WATCHDOG=1");
    woken.wait_for(lock, stop, pause, [] { return false; });
  }
}

}  // namespace

Supervision::Supervision(const Environment& environment, std::string_view address,
                         std::uint16_t port)
    : systemd_{value(environment, "NOTIFY_SOCKET")} {
  systemd_.tell("READY=1");
  const auto microseconds = parse_decimal<std::uint64_t>(value(environment, "WATCHDOG_USEC"));
  if (!microseconds || *microseconds < 3000) return;
  const std::chrono::milliseconds pause{*microseconds / 3000};
  watchdog_ = std::jthread{[this, url = url_of(address, port), pause](const std::stop_token& stop) {
    watch(stop, systemd_, url, pause);
  }};
}

}  // namespace peerlab::gateway
