#include "http/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/write.hpp>
#include <vector>

namespace peerlab::http {
namespace {

constexpr std::chrono::seconds kLeave{2};
// Who ends its sending side behind a request may still want what is nearly there.
constexpr std::chrono::milliseconds kMoment{500};

std::string address_of(const Socket& socket) {
  error_code failed;
  const asio::ip::tcp::endpoint peer = socket.remote_endpoint(failed);
  if (failed) return "unknown";
  const asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

Connection::Connection(Socket socket, ReadLimits limits)
    : socket_{std::move(socket)},
      descriptor_{socket_.native_handle()},
      remote_address_{address_of(socket_)},
      reader_{limits} {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  socket_.non_blocking(true, ignored);
}

void Connection::enter(Phase phase, std::optional<std::chrono::milliseconds> at_most) {
  const std::lock_guard lock{mutex_};
  phase_ = phase;
  since_ = Steady::now();
  deadline_ = at_most ? std::optional{since_ + *at_most} : std::nullopt;
  ended_ = false;
}

bool Connection::ended() const {
  const std::lock_guard lock{mutex_};
  return ended_;
}

Task<bool> Connection::read_more() {
  const std::span<char> room = reader_.room();
  const asio::mutable_buffer buffer{room.data(), room.size()};
  error_code failed;
  auto token = asio::redirect_error(kAwait, failed);
  const std::size_t bytes = co_await socket_.async_read_some(buffer, token);
  reader_.received(bytes);
  co_return !failed || ended();
}

Task<bool> Connection::write(std::string bytes, std::chrono::milliseconds at_most) {
  enter(Phase::Writing, at_most);
  error_code failed;
  const asio::const_buffer whole{bytes.data(), bytes.size()};
  // Nearly always the kernel takes it all at once, and the scheduler need not be asked.
  const std::size_t taken = socket_.write_some(whole, failed);
  if (!failed && taken == bytes.size()) co_return true;
  if (failed && failed != asio::error::would_block) co_return false;
  const asio::const_buffer rest{bytes.data() + taken, bytes.size() - taken};
  auto token = asio::redirect_error(kAwait, failed);
  failed = {};
  co_await asio::async_write(socket_, rest, token);
  co_return !failed;
}

// To close with unread bytes would reset the connection, and the client might never see why it was
// refused.
Task<void> Connection::leave() {
  enter(Phase::Leaving, kLeave);
  error_code failed;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, failed);
  std::array<char, 4096> unread;
  const asio::mutable_buffer buffer{unread.data(), unread.size()};
  auto token = asio::redirect_error(kAwait, failed);
  while (!failed && !ended()) co_await socket_.async_read_some(buffer, token);
}

void Connection::end_phase() {
  ended_ = true;
  deadline_.reset();
  // A write that hangs needs both directions; whoever only reads may still be told why.
  ::shutdown(descriptor_, phase_ == Phase::Writing ? SHUT_RDWR : SHUT_RD);
}

void Connection::end_if_overdue(Steady::time_point now) {
  const std::lock_guard lock{mutex_};
  if (deadline_ && *deadline_ <= now) end_phase();
}

void Connection::end_if_idle() {
  const std::lock_guard lock{mutex_};
  if (phase_ == Phase::Idle || phase_ == Phase::Leaving) end_phase();
}

void Connection::cut() {
  const std::lock_guard lock{mutex_};
  ended_ = true;
  cut_ = true;
  ::shutdown(descriptor_, SHUT_RDWR);
  if (bell_) bell_->silence();
}

void Connection::end_if_gone(short seen) {
  const std::lock_guard lock{mutex_};
  const bool hung_up = (seen & (POLLHUP | POLLERR)) != 0;
  const bool says_no_more = (seen & POLLRDHUP) != 0 && Steady::now() >= since_ + kMoment;
  if (phase_ != Phase::Kept || !(hung_up || says_no_more)) return;
  ended_ = true;
  bell_->ring();
}

void Connection::wake() {
  const std::lock_guard lock{mutex_};
  if (bell_) bell_->ring();
}

std::optional<int> Connection::kept_descriptor() const {
  const std::lock_guard lock{mutex_};
  return phase_ == Phase::Kept ? std::optional{descriptor_} : std::nullopt;
}

Connection::Keeping::Keeping(Connection& connection)
    : connection_{connection}, bell_{std::make_shared<Bell>(connection.socket_.get_executor())} {
  connection_.enter(Phase::Kept, std::nullopt);
  const std::lock_guard lock{connection_.mutex_};
  connection_.bell_ = bell_;
  if (connection_.cut_) bell_->silence();
}

Connection::Keeping::~Keeping() {
  {
    const std::lock_guard lock{connection_.mutex_};
    connection_.bell_.reset();
    if (connection_.phase_ == Phase::Kept) {
      connection_.phase_ = Phase::Responding;
      connection_.since_ = Steady::now();
    }
  }
  bell_->leave();
}

std::optional<Connection::Dispensable> Connection::dispensable() const {
  const std::lock_guard lock{mutex_};
  switch (phase_) {
    case Phase::Idle:
      return Dispensable{0, since_};
    case Phase::Leaving:
      return Dispensable{1, since_};
    case Phase::Reading:
      return Dispensable{2, since_};
    case Phase::Responding:
    case Phase::Patient:
    case Phase::Kept:
    case Phase::Writing:
      break;
  }
  return std::nullopt;
}

void Connection::end_if_dispensable() {
  const std::lock_guard lock{mutex_};
  const bool sends = phase_ == Phase::Idle || phase_ == Phase::Leaving || phase_ == Phase::Reading;
  if (sends) end_phase();
}

std::optional<Steady::time_point> Connection::since(Phase phase) const {
  const std::lock_guard lock{mutex_};
  return phase_ == phase ? std::optional{since_} : std::nullopt;
}

Connections::Entry::Entry(Connections& all, Connection& one) : all_{all} {
  const std::lock_guard lock{all_.mutex_};
  place_ = all_.all_.insert(all_.all_.end(), &one);
}

Connections::Entry::~Entry() {
  const std::lock_guard lock{all_.mutex_};
  all_.all_.erase(place_);
}

std::size_t Connections::count() const {
  const std::lock_guard lock{mutex_};
  return all_.size();
}

std::size_t Connections::count(Phase phase, Steady::time_point since_before) const {
  const std::lock_guard lock{mutex_};
  const auto counts = [&](const Connection* one) {
    const auto since = one->since(phase);
    return since && *since <= since_before;
  };
  return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), counts));
}

void Connections::end_overdue(Steady::time_point now) const {
  const std::lock_guard lock{mutex_};
  for (Connection* const one : all_) one->end_if_overdue(now);
}

void Connections::end_idle() const {
  const std::lock_guard lock{mutex_};
  for (Connection* const one : all_) one->end_if_idle();
}

void Connections::end_most_dispensable() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::pair<Connection::Dispensable, Connection*>> candidates;
  for (Connection* const one : all_) {
    if (one->ended()) return;
    if (const auto dispensable = one->dispensable()) candidates.emplace_back(*dispensable, one);
  }
  const std::size_t share = std::min(candidates.size(), std::max<std::size_t>(all_.size() / 64, 1));
  const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(share);
  std::partial_sort(candidates.begin(), end, candidates.end());
  for (auto one = candidates.begin(); one != end; ++one) one->second->end_if_dispensable();
}

// Nobody reads from those: the system is asked about all of them at once.
void Connections::end_gone() const {
  const std::lock_guard lock{mutex_};
  std::vector<pollfd> asked;
  std::vector<Connection*> kept;
  for (Connection* const one : all_) {
    const auto descriptor = one->kept_descriptor();
    if (!descriptor) continue;
    asked.push_back({*descriptor, POLLRDHUP, 0});
    kept.push_back(one);
  }
  if (kept.empty() || ::poll(asked.data(), asked.size(), 0) <= 0) return;
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i]->end_if_gone(asked[i].revents);
}

void Connections::wake_kept() const {
  const std::lock_guard lock{mutex_};
  for (Connection* const one : all_) one->wake();
}

std::size_t Connections::kept() const {
  const std::lock_guard lock{mutex_};
  const auto is_kept = [](const Connection* one) { return one->kept_descriptor().has_value(); };
  return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), is_kept));
}

void Connections::cut() const {
  const std::lock_guard lock{mutex_};
  for (Connection* const one : all_) one->cut();
}

}  // namespace peerlab::http
