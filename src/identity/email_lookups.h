// Brings the addresses that an EmailBook wants, behind everybody's back.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "identity/email_book.h"

namespace peerlab::identity {

struct LookupPace {
  // One question at a time, and two a second: what a free Auth0 tenant sustains.
  std::chrono::milliseconds between{500};
  std::size_t members_most = 50;  // a question; half after each that took too long
  // After a failure nobody is asked for so long, twice as long after the next, and so on.
  std::chrono::milliseconds first_pause{1'000};
  std::chrono::milliseconds longest_pause{300'000};
  // While more is wanted, what was learnt is published this often: each time wakes every router.
  std::chrono::milliseconds between_news{2'000};
};

// One thread, one question at a time.  It logs when look-ups begin to fail and when they work
// again, and never whom they are about.
class EmailLookups {
 public:
  // `on_news` is called from that thread once the book was published.  Book and clock must outlive
  // it.
  EmailLookups(EmailBook& book, std::unique_ptr<EmailDirectory> directory, const Clock& clock,
               std::function<void()> on_news, LookupPace pace = {});
  ~EmailLookups();  // waits for a question under way
  EmailLookups(const EmailLookups&) = delete;
  EmailLookups& operator=(const EmailLookups&) = delete;

  void stop();  // asks nothing more; any thread

 private:
  using Steady = std::chrono::steady_clock;
  void run(const std::stop_token& stop);
  void ask_next();
  void worked(const DirectoryAnswer& answer);
  void failed(const Error& error);
  void tell();

  EmailBook& book_;
  const std::unique_ptr<EmailDirectory> directory_;
  const Clock& clock_;
  const std::function<void()> on_news_;
  const LookupPace pace_;

  // The thread's own.
  Steady::time_point not_before_{};
  Steady::time_point told_at_{};
  std::size_t members_;
  std::string failing_;  // why, as it was logged
  unsigned failures_ = 0;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace peerlab::identity
