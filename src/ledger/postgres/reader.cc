#include "ledger/postgres/reader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "ledger/postgres/failure.h"

namespace peerlab::postgres {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t kBatchMost = 64;
constexpr int kTriesMost = 6;
// A server that answers within that is quick, and more is not asked of it at a time.
constexpr milliseconds kQuick{5};

}  // namespace

Reader::Reader(Secret url, const Limits& limits, std::size_t connections)
    : url_{std::move(url)},
      limits_{limits},
      awake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      lanes_(connections),
      thread_{[this] { run(); }} {}

Reader::~Reader() {
  {
    const std::lock_guard lock{mutex_};
    leaving_ = true;
  }
  static_cast<void>(::eventfd_write(awake_, 1));
  thread_.join();
  ::close(awake_);
}

void Reader::ask(std::string_view sql, Values values, Tell tell) {
  bool wake = false;
  {
    const std::lock_guard lock{mutex_};
    asked_.push_back({sql, std::move(values), std::move(tell), Steady::now()});
    wake = std::exchange(asleep_, false);
  }
  if (wake) static_cast<void>(::eventfd_write(awake_, 1));
}

void Reader::run() {
  while (take_asked()) {
    give_up_the_overdue();
    send_next();
    tell_all();
    wait();
    for (Lane& lane : lanes_) {
      if (!lane.batch.empty()) receive(lane);
    }
  }
  const Failed ended{Trouble::Refused, "the program ends"};
  for (Lane& lane : lanes_) {
    std::ranges::move(lane.batch, std::back_inserter(waiting_));
  }
  for (Question& question : waiting_) refuse(std::move(question), ended);
  tell_all();
}

// False when it is time to leave.
bool Reader::take_asked() {
  const std::lock_guard lock{mutex_};
  std::ranges::move(asked_, std::back_inserter(waiting_));
  asked_.clear();
  return !leaving_;
}

bool Reader::under_way() const {
  return std::ranges::any_of(lanes_, [](const Lane& lane) { return !lane.batch.empty(); });
}

// Until there may be something to do.
void Reader::wait() {
  if (!under_way()) {
    {
      const std::lock_guard lock{mutex_};
      asleep_ = asked_.empty() && waiting_.empty() && !leaving_;
      if (!asleep_) return;
    }
    pollfd awake{awake_, POLLIN, 0};
    ::poll(&awake, 1, -1);
    eventfd_t ignored = 0;
    static_cast<void>(::eventfd_read(awake_, &ignored));
    return;
  }
  std::vector<pollfd> watched;
  for (const Lane& lane : lanes_) {
    if (lane.batch.empty()) continue;
    const bool sending = lane.pipeline->sending();
    const auto events = static_cast<short>(POLLIN | (sending ? POLLOUT : 0));
    watched.push_back({lane.pipeline->socket(), events, 0});
  }
  ::poll(watched.data(), watched.size(), static_cast<int>(kQuick.count()));
}

void Reader::receive(Lane& lane) {
  const Answer<bool> whole = lane.pipeline->receive();
  if (!whole) return lose(lane, whole.error());
  if (!*whole) {
    const Steady::time_point end = limits_.haste->end_of(lane.sent, limits_.answer);
    if (Steady::now() >= end) lose(lane, {Trouble::Lost, "no answer in time"});
    return;
  }
  std::vector<Answer<Rows>> answers = lane.pipeline->answers();
  std::vector<Question> batch = std::exchange(lane.batch, {});
  // It may be the connection's own: a plan of a schema that is no more, a server that is full.
  const bool refused = std::ranges::any_of(answers, [](const Answer<Rows>& answer) {
    return !answer && answer.error().trouble == Trouble::Refused;
  });
  if (refused) lane.pipeline.reset();
  for (std::size_t i = 0; i < batch.size(); ++i) settle(std::move(batch[i]), std::move(answers[i]));
}

// To the first lane that is free, unless one that is not may be so in a moment.
void Reader::send_next() {
  if (waiting_.empty()) return;
  const Steady::time_point now = Steady::now();
  Lane* free = nullptr;
  for (Lane& lane : lanes_) {
    if (lane.batch.empty()) {
      if (free == nullptr) free = &lane;
    } else if (now < lane.sent + kQuick) {
      return;
    }
  }
  if (free == nullptr) return;
  if (!free->pipeline) {
    Answer<Pipeline> opened = Pipeline::open(url_, limits_);
    if (!opened) {
      for (Question& question : std::exchange(waiting_, {})) {
        refuse(std::move(question), opened.error());
      }
      return;
    }
    free->pipeline = std::move(*opened);
  }
  const auto end =
      waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kBatchMost));
  std::move(waiting_.begin(), end, std::back_inserter(free->batch));
  waiting_.erase(waiting_.begin(), end);
  free->sent = now;
  if (const Answer<void> sent = send(*free); !sent) lose(*free, sent.error());
}

Answer<void> Reader::send(Lane& lane) {
  for (const Question& question : lane.batch) {
    Answer<void> added = lane.pipeline->add(question.sql, question.values);
    if (!added) return added;
  }
  return lane.pipeline->send();
}

// What was asked there is asked again once.  Where one connection was cut off the others were, most
// likely: those that are idle need not find it out one by one.
void Reader::lose(Lane& lane, const Failed& failed) {
  std::vector<Question> batch = std::exchange(lane.batch, {});
  lane.pipeline.reset();
  for (Lane& other : lanes_) {
    if (other.batch.empty()) other.pipeline.reset();
  }
  for (Question& question : batch) {
    if (++question.tries == 1) {
      waiting_.push_back(std::move(question));
    } else {
      refuse(std::move(question), {Trouble::Refused, failed.cause});
    }
  }
}

void Reader::settle(Question question, Answer<Rows> answer) {
  if (answer) return told_.push_back({std::move(question.tell), std::move(*answer)});
  const Trouble trouble = answer.error().trouble;
  const bool again = trouble == Trouble::NotAsked ||
                     (trouble == Trouble::Conflict && ++question.tries < kTriesMost);
  if (again) return waiting_.push_back(std::move(question));
  refuse(std::move(question), answer.error());
}

void Reader::refuse(Question question, const Failed& failed) {
  told_.push_back({std::move(question.tell), failure_of(failed)});
}

void Reader::give_up_the_overdue() {
  const Steady::time_point now = Steady::now();
  const auto in_time = [&](const Question& question) {
    return limits_.haste->end_of(question.asked, limits_.lock) > now;
  };
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(), in_time);
  std::vector<Question> late;
  std::move(first, waiting_.end(), std::back_inserter(late));
  waiting_.erase(first, waiting_.end());
  for (Question& question : late) {
    refuse(std::move(question), {Trouble::Refused, "every connection for reads is in use"});
  }
}

void Reader::tell_all() {
  for (Told& told : std::exchange(told_, {})) told.tell(std::move(told.answer));
}

}  // namespace peerlab::postgres
