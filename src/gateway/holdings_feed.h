// Members who are told of what they hold, as it changes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/news.h"
#include "http/event_stream.h"

namespace peerlab::gateway {

// Each change of the ledger costs one query for every stream: whose change it was is not said.  Any
// thread.
class HoldingsFeed final : public Follower {
 public:
  using Ticket = std::uint64_t;
  static constexpr std::size_t kOfOneMemberMost = 4;

  // What a stream says and for how long.
  struct Programme {
    std::function<bool(Instant now)> goes_on;                  // is the token still good?
    std::function<Result<std::string>(Instant now)> holdings;  // a JSON document
  };

  HoldingsFeed(News& news, const Ledger& ledger, const Clock& clock, std::size_t streams_most);
  ~HoldingsFeed() override;

  // A place for a stream of this member; QuotaReached where it has enough of them, Exhausted where
  // all are taken.  Kept until given back.
  [[nodiscard]] Result<Ticket> reserve(const std::string& member);
  // `holdings` is told at once, and again whenever it differs, until the programme ends.
  void open(Ticket ticket, std::shared_ptr<http::EventStream> stream, Programme programme);
  void give_back(Ticket ticket);

  [[nodiscard]] std::size_t streams() const;  // for monitoring
  [[nodiscard]] bool waits() const override;
  std::optional<Instant> look(const Result<std::uint64_t>& version, Instant now) override;
  void no_more_news() override;

 private:
  using Steady = std::chrono::steady_clock;
  // Told by one thread at a time: by open()'s until it is listed, then by the news's.
  struct Stream {
    std::shared_ptr<http::EventStream> client;
    Programme programme;
    std::optional<std::uint64_t> version;  // of the ledger, of what was told
    Instant told;
    std::string id;
    Steady::time_point admitted;
  };
  struct Place {
    std::string member;
    std::shared_ptr<Stream> stream;  // none before open()
  };
  void tell(Stream& stream, std::uint64_t version, Instant now) const;

  News& news_;
  const Ledger& ledger_;
  const Clock& clock_;
  const std::size_t streams_most_;
  std::optional<std::uint64_t> version_;  // of the news's thread alone, as the next one
  std::optional<Instant> next_change_;

  mutable std::mutex mutex_;  // guards what follows
  std::map<Ticket, Place> places_;
  Ticket tickets_ = 0;
  bool stopped_ = false;
};

}  // namespace peerlab::gateway
