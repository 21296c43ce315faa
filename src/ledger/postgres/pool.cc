#include "ledger/postgres/pool.h"

#include <random>
#include <thread>

#include "ledger/postgres/failure.h"

namespace peerlab::postgres {
namespace {

constexpr int kTriesMost = 6;

// Those who met once must not meet again in step.
void rest_before_try(int number) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const int longest = 1 << number;
  std::this_thread::sleep_for(
      std::chrono::milliseconds{std::uniform_int_distribution{0, longest}(random)});
}

}  // namespace

Result<Rows> Pool::ask(std::string_view sql, const Values& values, Repeated repeated) {
  for (int number = 1;; ++number) {
    Answer<Rows> answer = ask_once(sql, values);
    if (answer) return std::move(*answer);
    const Trouble trouble = answer.error().trouble;
    const bool again = trouble == Trouble::Conflict ||
                       (trouble == Trouble::Lost && repeated == Repeated::Harmless && number == 1);
    if (!again || number == kTriesMost) {
      // What was only read was not done.
      if (trouble == Trouble::Lost && repeated == Repeated::Harmless) {
        answer.error().trouble = Trouble::Refused;
      }
      return failure_of(answer.error());
    }
    rest_before_try(number);
  }
}

Result<Rows> Pool::change(std::string_view sql, const Values& values, Repeated repeated) {
  Result<Rows> rows = ask(sql, values, repeated);
  if (rows || rows.error().kind == ErrorKind::OutcomeUnknown) herald_.committed();
  return rows;
}

Answer<Rows> Pool::ask_once(std::string_view sql, const Values& values) {
  Answer<Connection> connection = take();
  if (!connection) return tl::unexpected{connection.error()};
  Answer<Rows> answer = connection->run(sql, values);
  const bool keep = answer || answer.error().trouble == Trouble::Conflict ||
                    answer.error().trouble == Trouble::Contradiction;
  if (!answer && answer.error().trouble == Trouble::Lost) forget_idle();
  {
    const std::lock_guard lock{mutex_};
    if (keep) idle_.push_back(std::move(*connection));
    ++free_places_;
  }
  freed_.notify_one();
  return answer;
}

// With the place it stands on.
Answer<Connection> Pool::take() {
  {
    std::unique_lock lock{mutex_};
    if (!freed_.wait_for(lock, limits_.lock, [&] { return free_places_ > 0; })) {
      return tl::unexpected{Failed{Trouble::NotAsked, "every connection to the server is in use"}};
    }
    --free_places_;
    while (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection.sound()) return connection;
    }
  }
  Answer<Connection> opened = Connection::open(url_, limits_);
  if (opened) return opened;
  {
    const std::lock_guard lock{mutex_};
    ++free_places_;
  }
  freed_.notify_one();
  return opened;
}

// Where one was cut off the others were, most likely: they need not find it out one by one.
void Pool::forget_idle() {
  std::vector<Connection> forgotten;
  const std::lock_guard lock{mutex_};
  forgotten.swap(idle_);
}

void Pool::put(Connection connection) {
  const std::lock_guard lock{mutex_};
  idle_.push_back(std::move(connection));
}

}  // namespace peerlab::postgres
