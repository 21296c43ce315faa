// Members' e-mail addresses as far as they are known: in memory, for a time, and never more than so
// many.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "identity/email_directory.h"
#include "identity/promptness.h"

namespace peerlab::identity {

struct EmailAges {
  std::chrono::seconds asked_again = std::chrono::hours{24};
  // Who is in the directory without a verified address may verify it at any time.
  std::chrono::seconds asked_again_without = std::chrono::hours{1};
  std::chrono::seconds forgotten = std::chrono::hours{72};  // while the directory does not answer
};

// Any thread.  It asks nobody itself: who reads it says by that whose address is wanted, and
// EmailLookups brings it.
class EmailBook {
 public:
  static constexpr std::size_t kMembersMost = 65'536;

  // With members_most 0 nothing is ever wanted nor known.  Of more members than that the later ones
  // have no address here: making room for them would have all asked about again and again.
  explicit EmailBook(std::size_t members_most, EmailAges ages = {})
      : members_most_{members_most}, ages_{ages}, lookups_{members_most > 0} {}

  // What is known, at once.  Somebody unknown, or known for so long, is wanted from then on.
  [[nodiscard]] std::optional<std::string> email_of(const UserHash& user, const Subject& subject,
                                                    Instant now);
  // The directory has not answered yet when it was asked about this one.
  [[nodiscard]] bool awaits(const UserHash& user) const;
  // Nothing is known of this one any more: whoever asks for it again starts anew.
  void forget(const UserHash& user);
  // The next instant after `now` at which email_of might say or want something else by itself.
  // Refreshes fall on quarters of an hour, so that many members cost one rebuilt picture.
  [[nodiscard]] std::optional<Instant> next_change_after(Instant now) const;
  // Moves where publish() was called, and never otherwise.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  // email_of or awaits says something else of somebody than it did when this was last published.
  [[nodiscard]] bool has_news() const;
  void publish();

  // How questions to the directory went.  For monitoring.
  struct Lookups {
    bool any_directory;  // is there one to ask?
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    bool failing = false;  // the last one failed
  };
  [[nodiscard]] Lookups lookups() const;
  [[nodiscard]] Promptness& promptness() { return promptness_; }  // EmailLookups says how it went

  // The side of the look-ups.  Whoever was taken is to be learnt about or put back.
  [[nodiscard]] bool wait_for_wanted(const std::stop_token& stop,
                                     std::chrono::milliseconds longest);
  [[nodiscard]] bool anybody_wanted() const;
  [[nodiscard]] std::vector<Subject> take(std::size_t most);
  // Whoever is not found among others is wanted again, alone.  True where this is news.
  bool learn(const std::vector<Subject>& asked, const DirectoryAnswer& answer, Instant now);
  void put_back(const std::vector<Subject>& asked);  // the question failed
  void forget_the_old(Instant now);

 private:
  struct Entry {
    Subject subject;
    std::optional<std::string> email = {};
    std::optional<Instant> due = {};        // to be asked again; none: the directory never answered
    std::optional<Instant> forgotten = {};  // together with it
    bool awaited = true;                    // nothing was answered yet
    bool wanted = true;                     // in one of the queues, or taken
    bool gone = false;                      // was forgotten since it is wanted
    [[nodiscard]] bool is_old(Instant now) const { return forgotten && now >= *forgotten; }
  };
  void want(const std::string& user, bool alone);

  const std::size_t members_most_;
  const EmailAges ages_;
  std::atomic<std::uint64_t> version_ = 0;
  Promptness promptness_;

  mutable std::mutex mutex_;  // of all below
  std::condition_variable_any wanted_somebody_;
  std::unordered_map<std::string, Entry> entries_;  // by user hash
  std::deque<std::string> wanted_;
  std::deque<std::string> wanted_alone_;
  Lookups lookups_;
  bool news_ = false;
};

}  // namespace peerlab::identity
