#include "http/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "http/conversation.h"
#include "http/crew.h"
#include "http/listener.h"

namespace peerlab::http {
namespace {

constexpr std::chrono::milliseconds kTick{25};
// Who is inside `respond` for longer waits for something, and its thread is not counted on.
constexpr std::chrono::milliseconds kWaiting{50};
constexpr std::chrono::milliseconds kUntilRoom{10};
constexpr std::chrono::seconds kBetweenComplaints{10};
constexpr std::chrono::milliseconds kBetweenRollCalls{500};

// A server that accepts nothing more is of no use: better no program than that.
void end_program(std::exception_ptr thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

void report(std::exception_ptr thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& reason) {
    log(LogLevel::Error, "a connection failed", {{"reason", printable(reason.what(), 300)}});
  }
}

}  // namespace

// One io_context run by as many threads as there are cores; a connection is one coroutine, so
// nothing of it runs twice at a time.  `respond` is called right there: to hand each request to a
// second crew and back costs two changes of thread, so only what may wait is made aside.  The
// thread in run() watches: it ends what is over its time and adds threads where some wait all the
// same.
class Server::Machine {
 public:
  Machine(ServerOptions options, Respond respond, RespondToRefusal refuse)
      : options_{std::move(options)}, answerer_{std::move(respond), std::move(refuse), stopping_} {}

  Result<void> open() { return listen_on(acceptor_, options_.address); }
  Result<void> run();
  void stop();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() { return connections_.count(); }

 private:
  Task<void> accept();
  Task<void> make_room(std::string reason);
  Task<void> serve(Socket socket);
  void complain(const std::string& reason);

  void watch();
  void drain();

  const ServerOptions options_;
  std::atomic<bool> stopping_ = false;
  Answerer answerer_;
  Conversation conversation_{options_, answerer_, aside_};
  Connections connections_;

  std::mutex stop_mutex_;
  std::condition_variable stop_asked_;

  Steady::time_point roll_call_ = {};     // of run() alone: who of the kept is gone?
  Steady::time_point silent_until_ = {};  // of accept() alone
  asio::io_context io_;  // behind what its coroutines use: they are destroyed with it
  asio::io_context aside_;
  asio::executor_work_guard<Executor> patience_{aside_.get_executor()};
  Acceptor acceptor_{io_};
  Crew crew_{io_, std::max<std::size_t>(options_.threads, 1), options_.threads_max};
  Crew patient_{aside_, std::max<std::size_t>(options_.set_aside, 1), options_.threads_max};
};

std::uint16_t Server::Machine::port() const {
  error_code ignored;
  return acceptor_.local_endpoint(ignored).port();
}

Task<void> Server::Machine::accept() {
  while (!stopping_) {
    error_code failed;
    auto token = asio::redirect_error(kAwait, failed);
    Socket socket = co_await acceptor_.async_accept(token);
    if (failed && stopping_) co_return;
    if (failed) {  // out of descriptors, most likely
      std::string reason = failed.message();
      co_await make_room(std::move(reason));
      continue;
    }
    while (connections_.count() >= options_.connections_max && !stopping_) {
      std::string reason = "as many connections as are allowed";
      co_await make_room(std::move(reason));
    }
    asio::co_spawn(io_, serve(std::move(socket)), &report);
  }
}

// Some leave, which takes a moment; more than one at a time, or a crowd would keep newcomers
// waiting.
Task<void> Server::Machine::make_room(std::string reason) {
  complain(reason);
  connections_.end_most_dispensable();
  Timer pause{io_, kUntilRoom};
  co_await pause.async_wait(kAwait);
}

void Server::Machine::complain(const std::string& reason) {
  const Steady::time_point now = Steady::now();
  if (now < silent_until_) return;
  silent_until_ = now + kBetweenComplaints;
  log(LogLevel::Warning, "cannot accept a connection now", {{"reason", reason}});
}

Task<void> Server::Machine::serve(Socket socket) {
  Connection connection{std::move(socket), ReadLimits{options_.head_limit, options_.body_limit}};
  const Connections::Entry entry{connections_, connection};
  co_await conversation_.hold(connection);
}

void Server::Machine::watch() {
  const Steady::time_point now = Steady::now();
  connections_.end_overdue(now);
  if (now >= roll_call_) {
    connections_.end_gone();
    roll_call_ = now + kBetweenRollCalls;
  }
  // Where the system has no thread left, the next round asks again.
  static_cast<void>(crew_.grow_beside(connections_.count(Phase::Responding, now - kWaiting)));
  static_cast<void>(patient_.grow_beside(connections_.count(Phase::Patient, now - kWaiting)));
}

Result<void> Server::Machine::run() {
  asio::co_spawn(io_, accept(), &end_program);
  if (Result<void> grown = crew_.grow_beside(0); !grown) return grown;
  if (Result<void> grown = patient_.grow_beside(0); !grown) return grown;
  for (std::unique_lock lock{stop_mutex_}; !stopping_;) {
    stop_asked_.wait_for(lock, kTick);
    lock.unlock();
    watch();
    lock.lock();
  }
  drain();
  const Steady::time_point now = Steady::now();
  const std::size_t left = connections_.count(Phase::Responding, now) +
                           connections_.count(Phase::Patient, now) + connections_.kept();
  if (left > 0) {
    return fail(ErrorKind::TimedOut,
                fmt::format("{} requests were not answered when the drain time ended", left));
  }
  crew_.leave();
  patience_.reset();
  patient_.leave();
  return {};
}

void Server::Machine::drain() {
  const auto end = Steady::now() + options_.drain_timeout;
  // Wakes accept().  Nobody closes the acceptor before the destructor: its descriptor is ours.
  ::shutdown(acceptor_.native_handle(), SHUT_RD);
  connections_.wake_kept();
  while (connections_.count() > 0 && Steady::now() < end) {
    connections_.end_idle();
    watch();
    std::this_thread::sleep_for(kTick / 5);
  }
  connections_.cut();
  io_.stop();
}

void Server::Machine::stop() {
  const std::lock_guard lock{stop_mutex_};
  stopping_ = true;
  stop_asked_.notify_all();
}

Server::Server(std::unique_ptr<Machine> machine) : machine_{std::move(machine)} {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, Respond respond,
                                               RespondToRefusal refuse) {
  auto machine =
      std::make_unique<Machine>(std::move(options), std::move(respond), std::move(refuse));
  if (const Result<void> opened = machine->open(); !opened) return fail(opened.error());
  return std::unique_ptr<Server>{new Server{std::move(machine)}};
}

std::uint16_t Server::port() const { return machine_->port(); }
std::size_t Server::connections() const { return machine_->connections(); }
Result<void> Server::run() { return machine_->run(); }
void Server::stop() { machine_->stop(); }

}  // namespace peerlab::http
