#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/postgres/pipeline.h"

namespace peerlab::postgres {

// Reads of many callers, none of whom waits.  What is asked while the server answers makes the next
// batch: the more is asked, the less each question costs.  One connection is enough while the
// server is quick; where it is silent for some milliseconds, what came since goes by another.
class Reader {
 public:
  using Tell = std::function<void(Result<Rows>)>;

  Reader(Secret url, const Limits& limits, std::size_t connections);
  ~Reader();  // whoever is still owed an answer is told Unavailable
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // `tell` is called once, by this reader's thread: it must not wait for anything, and may ask.
  // Unavailable after some seconds at most, where the server is not there, or too slow.
  void ask(std::string_view sql, Values values, Tell tell);

 private:
  using Steady = std::chrono::steady_clock;
  struct Question {
    std::string_view sql;
    Values values;
    Tell tell;
    Steady::time_point asked;
    int tries = 0;
  };
  struct Lane {
    std::optional<Pipeline> pipeline;
    std::vector<Question> batch;  // under way
    Steady::time_point sent;
  };
  struct Told {
    Tell tell;
    Result<Rows> answer;
  };

  void run();
  void wait();
  [[nodiscard]] bool take_asked();
  void receive(Lane& lane);
  void send_next();
  [[nodiscard]] Answer<void> send(Lane& lane);
  void lose(Lane& lane, const Failed& failed);
  void settle(Question question, Answer<Rows> answer);
  void refuse(Question question, const Failed& failed);
  void give_up_the_overdue();
  void tell_all();
  [[nodiscard]] bool under_way() const;

  const Secret url_;
  const Limits limits_;
  const int awake_;  // an eventfd

  std::mutex mutex_;  // of these three
  std::vector<Question> asked_;
  bool asleep_ = false;  // until the eventfd is written
  bool leaving_ = false;

  // The thread's own.
  std::vector<Lane> lanes_;
  std::vector<Question> waiting_;
  std::vector<Told> told_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace peerlab::postgres
