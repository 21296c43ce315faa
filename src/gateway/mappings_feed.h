// What agents are told about who holds what, and waiting until it is something else.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/if_none_match.h"
#include "gateway/mapping_of.h"
#include "gateway/news.h"
#include "ledger/ledger.h"

namespace peerlab::gateway {

struct MappingsVersion {
  std::uint64_t ledger;
  std::uint64_t emails;
  bool operator==(const MappingsVersion&) const = default;
};

// GET /service/mappings as it is sent: right from `from` until the next lease begins or ends or the
// next e-mail grows old, while ledger and e-mails keep their versions.
struct MappingsPicture {
  std::string body;
  std::string etag;  // of the body alone: what is in force at the instant, however it came about
  MappingsVersion version;
  Instant from;
  std::optional<Instant> until;
  // Some e-mails are absent only since this process has not had them looked up yet, of members who
  // were there before it.
  bool emails_awaited;
  [[nodiscard]] bool holds(const MappingsVersion& current, Instant now) const {
    return version == current && from <= now && (!until || now < *until);
  }
};

// Any thread.  The picture is made once for all who ask while it holds.
class MappingsFeed final : public Follower {
 public:
  using Picture = std::shared_ptr<const MappingsPicture>;
  using Ticket = std::uint64_t;
  using Tell = std::function<void(const Result<Picture>&)>;
  static constexpr std::chrono::seconds kLongestWait{60};
  // More than waiters_most are answered at once: each keeps a connection, and members need some.
  MappingsFeed(const Ledger& ledger, const Clock& clock, MappingSources sources,
               std::size_t waiters_most);

  // The ledger is asked whether the picture still holds, one small query: whoever does not wait is
  // told what every replica wrote until now.
  [[nodiscard]] Result<Picture> at(Instant now);

  // For whoever joins by e-mail: with all that were looked up until now, published or not.
  // Unavailable while some are awaited of a directory that is prompt.
  [[nodiscard]] Result<Picture> with_emails_at(Instant now);

  struct Wait {
    IfNoneMatch known;
    Instant begin;
    std::chrono::seconds patience;
  };
  [[nodiscard]] Ticket new_ticket() { return ++tickets_; }
  // Calls `tell` once: with the first picture that `known` does not name, within some milliseconds
  // of its being in force (News), or with the latest once the patience is over, or was hastened, or
  // the feed was stopped.  While the ledger does not answer it waits on, and fails at the end only.
  // It may be called before this returns.
  void tell_other_than(Wait wait, Ticket ticket, Tell tell);
  void hasten(Ticket ticket);

  void written() { news_.written(); }  // this process wrote, or may have, or published e-mails
  // Nobody waits any longer, nor ever again; neither do other followers of news().
  void stop() { news_.stop(); }
  [[nodiscard]] News& news() { return news_; }

  [[nodiscard]] const MappingSources& sources() const { return sources_; }
  [[nodiscard]] std::size_t waiting() const;  // for monitoring
  [[nodiscard]] bool waits() const override { return waiting() > 0; }
  std::optional<Instant> look(const Result<std::uint64_t>& version, Instant now) override;
  void no_more_news() override;

 private:
  using Steady = std::chrono::steady_clock;
  struct Waiter {
    IfNoneMatch known;
    Steady::time_point end;
    Tell tell;
  };
  [[nodiscard]] Result<Picture> current(std::uint64_t ledger_version, Instant now);
  [[nodiscard]] Result<Picture> latest();
  [[nodiscard]] Result<MappingsPicture> make(const MappingsVersion& version, Instant now) const;
  [[nodiscard]] bool admit(Ticket ticket, Waiter waiter);
  [[nodiscard]] std::optional<Waiter> dismiss(Ticket ticket);

  const Ledger& ledger_;
  const MappingSources sources_;
  const Instant started_;
  const std::size_t waiters_most_;
  std::atomic<Ticket> tickets_ = 0;

  std::mutex picture_mutex_;
  Picture picture_;

  mutable std::mutex waiters_mutex_;  // guards what follows
  std::map<Ticket, Waiter> waiters_;
  bool stopped_ = false;

  News news_;  // last: its thread ends before what it uses
};

}  // namespace peerlab::gateway
