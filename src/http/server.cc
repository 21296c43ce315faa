#include "http/server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "http/request_reader.h"
#include "http/response_encoder.h"

namespace peerlab::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<Steady, asio::wait_traits<Steady>, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
constexpr asio::use_awaitable_t<Executor> kAwait;

constexpr std::chrono::milliseconds kTick{25};
constexpr std::chrono::seconds kLinger{2};
constexpr Steady::rep kNever = 0;

Result<tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto wrong = [&] {
    return fail(
        ErrorKind::Malformed,
        fmt::format("'{}' is not an address to listen on, such as 127.0.0.1:8080 or [::]:8080",
                    printable(text)));
  };
  if (colon == std::string_view::npos) return wrong();
  std::string_view host = text.substr(0, colon);
  const auto port = parse_decimal<std::uint16_t>(text.substr(colon + 1));
  if (!port) return wrong();
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();
  }
  if (host == "localhost") host = "127.0.0.1";
  error_code failed;
  const auto address = asio::ip::make_address(std::string{host}, failed);
  if (failed) return wrong();
  return tcp::endpoint{address, *port};
}

std::string address_of(const Socket& socket) {
  error_code failed;
  const tcp::endpoint peer = socket.remote_endpoint(failed);
  if (failed) return "unknown";
  const asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

// One io_context run by every thread; a connection is one coroutine, so nothing of it runs twice at
// a time.  `respond` is called right there: handing each request to a second pool and back cost a
// third of the throughput (bench/http.cc). The thread in run() watches: it ends what is over its
// time and adds threads while all are inside `respond`.
class Server::Machine {
 public:
  Machine(ServerOptions options, Respond respond, RespondToRefusal refuse)
      : options_{std::move(options)}, respond_{std::move(respond)}, refuse_{std::move(refuse)} {}
  ~Machine();

  Result<void> open();
  Result<void> run();
  void stop();
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Connection;
  enum class After { Keep, Close, Linger };

  Task<void> accept();
  Task<void> serve(Socket socket);
  Task<void> converse(Connection& connection);
  Task<bool> read_more(Connection& connection);
  Task<bool> write(Connection& connection, std::string bytes);
  Task<void> linger(Connection& connection);
  Task<void> refuse_and_leave(Connection& connection, int status, std::string message);

  [[nodiscard]] std::string answer(Connection& connection, bool& close);
  [[nodiscard]] Response respond_safely(const Request& request);
  [[nodiscard]] Response refusal(int status, std::string message, const std::string& request_id);
  [[nodiscard]] std::string new_request_id();
  [[nodiscard]] std::string date() const { return http_date(clock_.now()); }

  void set_deadline(Connection& connection, std::chrono::milliseconds from_now) const;
  void add_threads(std::size_t count);
  void watch(std::uint64_t& finished_before);
  void end_overdue();
  void close_idle();
  void drain();

  ServerOptions options_;
  Respond respond_;
  RespondToRefusal refuse_;
  SystemClock clock_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> responding_ = 0;
  std::atomic<std::uint64_t> finished_ = 0;
  std::atomic<std::uint64_t> requests_ = 0;
  const std::string id_prefix_ = random_hex(6);

  std::mutex
      mutex_;  // guards what follows, and that no socket is closed while the watcher shuts it down
  std::condition_variable stop_asked_;
  std::list<Connection*> connections_;
  std::vector<std::thread> threads_;

  asio::io_context io_;  // behind the list: its coroutines leave the list when they are destroyed
  Acceptor acceptor_{io_};
};

// Its coroutine owns it.  The watcher touches nothing but the atomics and, by shutdown(2), the
// socket: a pending read then ends as if the peer had closed, and an answer can still be written.
struct Server::Machine::Connection {
  Connection(Machine& owner, Socket taken)
      : machine{owner},
        socket{std::move(taken)},
        descriptor{socket.native_handle()},
        remote_address{address_of(socket)},
        reader{ReadLimits{owner.options_.head_limit, owner.options_.body_limit}} {
    const std::lock_guard lock{machine.mutex_};
    place = machine.connections_.insert(machine.connections_.end(), this);
  }
  ~Connection() {
    const std::lock_guard lock{machine.mutex_};
    machine.connections_.erase(place);
    error_code ignored;
    socket.close(ignored);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Machine& machine;
  Socket socket;
  int descriptor;
  std::string remote_address;
  RequestReader reader;
  std::atomic<Steady::rep> deadline = kNever;
  std::atomic<bool> overdue = false;
  std::atomic<bool> idle = true;
  std::list<Connection*>::iterator place;
};

Server::Machine::~Machine() {
  io_.stop();
  for (std::thread& thread : threads_) thread.join();
}

Result<void> Server::Machine::open() {
  const Result<tcp::endpoint> endpoint = parse_endpoint(options_.address);
  if (!endpoint) return fail(endpoint.error());
  error_code failed;
  const auto step = [&](auto&& action) {
    if (!failed) action();
  };
  acceptor_.open(endpoint->protocol(), failed);
  step([&] { acceptor_.set_option(tcp::acceptor::reuse_address{true}, failed); });
  if (endpoint->address().is_v6()) {
    step([&] { acceptor_.set_option(asio::ip::v6_only{false}, failed); });
  }
  step([&] { acceptor_.bind(*endpoint, failed); });
  step([&] { acceptor_.listen(tcp::acceptor::max_listen_connections, failed); });
  if (failed) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot listen on {}: {}", options_.address, failed.message()));
  }
  port_ = acceptor_.local_endpoint(failed).port();
  return {};
}

Task<void> Server::Machine::accept() {
  Timer pause{io_};
  while (!stopping_) {
    error_code failed;
    auto token = asio::redirect_error(kAwait, failed);
    Socket socket = co_await acceptor_.async_accept(token);
    if (!failed) {
      asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
    } else if (!stopping_) {
      // Out of descriptors, most likely: those in use will be closed, so wait and try again.
      log(LogLevel::Warning, "cannot accept a connection", {{"reason", failed.message()}});
      pause.expires_after(std::chrono::milliseconds{100});
      co_await pause.async_wait(token);
    }
  }
  error_code ignored;
  acceptor_.close(ignored);
}

Task<void> Server::Machine::serve(Socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay{true}, ignored);
  socket.non_blocking(true, ignored);
  Connection connection{*this, std::move(socket)};
  co_await converse(connection);
}

void Server::Machine::set_deadline(Connection& connection,
                                   std::chrono::milliseconds from_now) const {
  connection.deadline = (Steady::now() + from_now).time_since_epoch().count();
}

Task<void> Server::Machine::converse(Connection& connection) {
  RequestReader& reader = connection.reader;
  bool reading = false, told_to_continue = false;
  for (;;) {
    const RequestReader::State state = reader.advance();
    if (state == RequestReader::State::Refused) {
      co_await refuse_and_leave(connection, reader.refusal_status(), reader.refusal_message());
      co_return;
    }
    if (state == RequestReader::State::Complete) {
      connection.deadline = kNever;
      connection.idle = false;
      bool close = false;
      std::string bytes = answer(connection, close);
      const bool written = co_await write(connection, std::move(bytes));
      if (!written || close) co_return;
      reading = told_to_continue = false;
      continue;
    }
    if (!reader.started()) {
      connection.idle = true;
      if (stopping_ || connection.overdue) co_return;
      set_deadline(connection, options_.idle_timeout);
    } else if (!reading) {
      reading = true;
      connection.idle = false;
      set_deadline(connection, options_.read_timeout);
    } else if (connection.overdue) {
      std::string message = "the request did not arrive in time";
      co_await refuse_and_leave(connection, 408, std::move(message));
      co_return;
    }
    if (reader.expects_continue() && !std::exchange(told_to_continue, true)) {
      std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      if (!co_await write(connection, std::move(go_on))) co_return;
    }
    if (!co_await read_more(connection)) co_return;
  }
}

// True where there is something to look at: bytes, or a time-out to answer.
Task<bool> Server::Machine::read_more(Connection& connection) {
  const std::span<char> room = connection.reader.room();
  const asio::mutable_buffer buffer{room.data(), room.size()};
  error_code failed;
  auto token = asio::redirect_error(kAwait, failed);
  const std::size_t bytes = co_await connection.socket.async_read_some(buffer, token);
  connection.reader.received(bytes);
  co_return !failed || connection.overdue;
}

Task<bool> Server::Machine::write(Connection& connection, std::string bytes) {
  error_code failed;
  const asio::const_buffer whole{bytes.data(), bytes.size()};
  // Nearly always the kernel takes it all at once, and the scheduler need not be asked.
  const std::size_t taken = connection.socket.write_some(whole, failed);
  if (!failed && taken == bytes.size()) co_return true;
  if (failed && failed != asio::error::would_block) co_return false;
  const asio::const_buffer rest{bytes.data() + taken, bytes.size() - taken};
  auto token = asio::redirect_error(kAwait, failed);
  failed = {};
  set_deadline(connection, options_.idle_timeout);
  co_await asio::async_write(connection.socket, rest, token);
  co_return !failed && !connection.overdue;
}

Task<void> Server::Machine::refuse_and_leave(Connection& connection, int status,
                                             std::string message) {
  std::string id = connection.reader.client_request_id();
  if (id.empty()) id = new_request_id();
  const Response response = refusal(status, std::move(message), id);
  const std::string today = date();
  Framing framing;
  framing.request_id = id;
  framing.date = today;
  framing.close = true;
  std::string bytes = encode(response, framing);
  connection.idle = false;
  connection.overdue = false;
  const bool written = co_await write(connection, std::move(bytes));
  if (written) co_await linger(connection);
}

// To close with unread bytes would reset the connection, and the client might never see why it was
// refused.
Task<void> Server::Machine::linger(Connection& connection) {
  error_code ignored;
  connection.socket.shutdown(tcp::socket::shutdown_send, ignored);
  set_deadline(connection, kLinger);
  std::array<char, 4096> unread;
  const asio::mutable_buffer buffer{unread.data(), unread.size()};
  error_code failed;
  auto token = asio::redirect_error(kAwait, failed);
  while (!failed && !connection.overdue && !stopping_) {
    co_await connection.socket.async_read_some(buffer, token);
  }
}

std::string Server::Machine::answer(Connection& connection, bool& close) {
  RequestReader& reader = connection.reader;
  Framing framing;
  framing.http_1_0 = reader.http_1_0();
  const bool keep = reader.keep_alive();
  Request request = reader.take();
  request.remote_address = connection.remote_address;
  if (request.request_id.empty()) request.request_id = new_request_id();
  const Response response = respond_safely(request);
  close = !keep || stopping_;
  const std::string today = date();
  framing.request_id = request.request_id;
  framing.date = today;
  framing.head = request.method == Method::Head;
  framing.close = close;
  return encode(response, framing);
}

Response Server::Machine::respond_safely(const Request& request) {
  std::string reason;
  ++responding_;
  try {
    Response response = respond_(request);
    --responding_;
    ++finished_;
    if (can_be_sent(response)) return response;
    reason = "the response has a status or a header field that cannot be sent";
  } catch (const std::exception& thrown) {
    --responding_;
    ++finished_;
    reason = thrown.what();
  }
  log(LogLevel::Error, "a request failed",
      {{"request_id", request.request_id}, {"reason", printable(reason, 300)}});
  return refusal(500, "internal error", request.request_id);
}

Response Server::Machine::refusal(int status, std::string message, const std::string& request_id) {
  try {
    Response response = refuse_(Refusal{status, std::move(message), request_id});
    if (can_be_sent(response)) return response;
  } catch (const std::exception& thrown) {
    log(LogLevel::Error, "a refusal failed", {{"reason", printable(thrown.what(), 300)}});
  }
  return Response{status, {}, {}};
}

std::string Server::Machine::new_request_id() {
  return fmt::format("{}-{:x}", id_prefix_, ++requests_);
}

void Server::Machine::add_threads(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { io_.run(); });
}

void Server::Machine::end_overdue() {
  const Steady::rep now = Steady::now().time_since_epoch().count();
  for (Connection* const connection : connections_) {
    const Steady::rep deadline = connection->deadline;
    if (deadline == kNever || now < deadline) continue;
    // A write that hangs needs both directions; whoever only reads may still be told why.
    const bool again = connection->overdue.exchange(true);
    connection->deadline = (Steady::now() + kLinger).time_since_epoch().count();
    ::shutdown(connection->descriptor, again ? SHUT_RDWR : SHUT_RD);
  }
}

void Server::Machine::close_idle() {
  for (Connection* const connection : connections_) {
    if (connection->idle) ::shutdown(connection->descriptor, SHUT_RD);
  }
}

void Server::Machine::watch(std::uint64_t& finished_before) {
  const std::lock_guard lock{mutex_};
  end_overdue();
  const std::uint64_t finished = finished_;
  const bool stuck = responding_ >= threads_.size() && finished == finished_before;
  finished_before = finished;
  if (stuck && threads_.size() < options_.threads_max) {
    add_threads(std::min(std::max<std::size_t>(threads_.size() / 2, 1),
                         options_.threads_max - threads_.size()));
  }
}

Result<void> Server::Machine::run() {
  asio::co_spawn(io_, accept(), asio::detached);
  {
    const std::lock_guard lock{mutex_};
    add_threads(std::max<std::size_t>(options_.threads, 1));
  }
  std::uint64_t finished_before = 0;
  for (std::unique_lock lock{mutex_}; !stopping_;) {
    stop_asked_.wait_for(lock, kTick);
    lock.unlock();
    watch(finished_before);
    lock.lock();
  }
  drain();
  if (const std::size_t left = responding_; left > 0) {
    return fail(
        ErrorKind::TimedOut,
        fmt::format("{} requests were still being worked on when the drain time ended", left));
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return {};
}

void Server::Machine::drain() {
  const auto end = Steady::now() + options_.drain_timeout;
  ::shutdown(acceptor_.native_handle(), SHUT_RD);
  std::uint64_t finished_before = 0;
  for (std::unique_lock lock{mutex_}; !connections_.empty() && Steady::now() < end;) {
    close_idle();
    lock.unlock();
    std::this_thread::sleep_for(kTick / 5);
    watch(finished_before);
    lock.lock();
  }
  const std::lock_guard lock{mutex_};
  for (Connection* const connection : connections_) ::shutdown(connection->descriptor, SHUT_RDWR);
  io_.stop();
}

void Server::Machine::stop() {
  const std::lock_guard lock{mutex_};
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
Result<void> Server::run() { return machine_->run(); }
void Server::stop() { machine_->stop(); }

}  // namespace peerlab::http
