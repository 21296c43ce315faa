// What --watch knows and when it must act: news and readings of the clock go in, turns come out.
// It waits for nobody and asks nobody.
#pragma once

#include "confgen/lease_clock.h"
#include "confgen/sources.h"
#include "confgen/turn.h"

namespace peerlab::confgen {

struct MappingsNews {
  Result<MappingsAnswer> answer;
  ClockReading at;
};

struct NodesNews {
  Result<Readable<Node>> answer;
  ClockReading at;
};

class Lookout {
 public:
  // A shrinking answer is acted on when it has stood for so long and each source has said it again.
  static constexpr std::chrono::seconds kHold{60};
  // With nothing to do: a look at the file, which somebody may have edited.
  static constexpr std::chrono::seconds kRound{60};
  static constexpr std::chrono::seconds kRetry{5};  // after a turn that did not end well

  Lookout(const Facts& last_good, std::string nodes_source, const ClockReading& start);

  void hear(const MappingsNews& news);
  void hear(const NodesNews& news);
  void quarantine_changed() { changed_ = true; }

  // Is a turn due?  Never before each source has answered or failed to, nor before both facts are
  // known.
  [[nodiscard]] bool due(const ClockReading& at) const { return until_due(at).count() <= 0; }
  [[nodiscard]] std::chrono::milliseconds until_due(const ClockReading& at) const;

  // The turn's arguments.
  [[nodiscard]] Instant now(const ClockReading& at) const;
  [[nodiscard]] const Collected& collected() const { return collected_; }
  [[nodiscard]] std::optional<std::string> confirmed(const ClockReading& at) const;

  // And what came of it; `at` is the reading that the turn began with.
  void acted(const Turn& turn, const Kept& kept, const ClockReading& at);

  // Each source has answered or failed to.
  [[nodiscard]] bool heard_all() const { return mappings_.heard && nodes_.heard; }

  // What there is to say, once: a source or BIRD lost or back, a held answer, the clock's alarm.
  [[nodiscard]] std::vector<std::string> lines(const ClockReading& at);

 private:
  struct Source {
    std::string name;
    bool heard = false;                     // an answer or a failure
    std::string failure = {};               // of the last answer, or empty
    std::chrono::milliseconds answered{0};  // last
    std::vector<Skipped> skipped = {};
  };
  void answered(Source& source, const ClockReading& at);
  void failed(Source& source, const Error& error);
  void note_failure(Source& source, std::string failure);
  template <class Record>
  void take(const Readable<Record>& fresh, std::optional<std::vector<Record>>& known,
            Source& source);
  [[nodiscard]] bool both_known() const;

  LeaseClock clock_;
  Collected collected_;
  Source mappings_, nodes_;
  std::vector<std::string> lines_;

  bool changed_ = true;  // since the last turn
  Instant acted_at_{};
  std::optional<Instant> next_change_;
  std::chrono::milliseconds next_round_{0};
  std::string problem_;  // of the last turn
  std::optional<std::string> held_;
  std::chrono::milliseconds held_since_{0};
};

}  // namespace peerlab::confgen
