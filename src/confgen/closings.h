// Members' sessions that are closed for what their router did: since when, until when, how often.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/address.h"
#include "domain/asn.h"

namespace peerlab::confgen {

enum class Offence : std::uint8_t { StuckReader, TooManyPrefixes };  // rows 27 and 10

struct OffenceEntry {
  std::string_view slug;                // for machines
  std::string_view sentence;            // what the member's router did, to the member
  std::string_view advice;              // what the member does next
  std::optional<std::uint32_t> number;  // where it is a refusal reason too (policy/reason.h)
};

[[nodiscard]] const OffenceEntry& describe(Offence offence);
inline constexpr std::array kOffences{Offence::StuckReader, Offence::TooManyPrefixes};
constexpr std::size_t index_of(Offence offence) { return static_cast<std::size_t>(offence); }
using OffenceCounts = std::array<std::uint64_t, kOffences.size()>;  // by index_of

struct Closing {
  Ipv4 neighbour;
  std::optional<Asn> asn;
  Offence offence;
  Instant since, until{};
  unsigned times = 0;     // closings of this neighbour, none of them forgotten before the next
  std::string mark = {};  // BIRD's own word of since when, where BIRD closed it: to know it again
  bool operator==(const Closing&) const = default;

  [[nodiscard]] bool in_force(Instant now) const { return since <= now && now < until; }
  // We keep it closed; the first time it may come back as soon as BIRD lets it.
  [[nodiscard]] bool held() const { return times > 1; }
};

// What the member's router reads in the NOTIFICATION (RFC 9003): at most 128 bytes, which RFC
// 8203's readers take too.
[[nodiscard]] std::string communication(const Closing& closing);

// The last closing of each neighbour, until it is forgotten, and how many there have been.
class Closings {
 public:
  // An hour after its end.
  static constexpr std::chrono::seconds kForgotten{3600};
  static constexpr std::chrono::seconds kLongest{3600};

  Closings() = default;
  Closings(std::vector<Closing> list, OffenceCounts totals)
      : list_{std::move(list)}, totals_{totals} {}

  // For no time, then for 1, 2, 4 … 60 minutes, and until `at_least`: `until` and `times` are set
  // here.
  Closing close(Closing closing, Instant at_least);
  // And confines what is left: no closing began after `now` nor lasts longer than the longest,
  // whatever a file said and the clock did.
  void forget(Instant now);

  [[nodiscard]] const Closing* of(const Ipv4& neighbour) const;  // nullptr: none, or forgotten
  [[nodiscard]] const std::vector<Closing>& list() const { return list_; }
  [[nodiscard]] const OffenceCounts& totals() const { return totals_; }
  [[nodiscard]] OffenceCounts in_force(Instant now) const;
  bool operator==(const Closings&) const = default;

 private:
  std::vector<Closing> list_;
  OffenceCounts totals_{};
};

// `closed_sessions.json` of a state directory.  Without a file there are none; Malformed where it
// is no such list.  One of it that cannot be read counts as none.
[[nodiscard]] std::filesystem::path closings_file(const std::filesystem::path& state_directory);
[[nodiscard]] Result<Closings> load_closings(const std::filesystem::path& file);
// What it costs to begin anew, for an operator.
inline constexpr std::string_view kWithoutClosings = "who was closed is let in again";
[[nodiscard]] Result<void> store_closings(const std::filesystem::path& file,
                                          const Closings& closings);

}  // namespace peerlab::confgen
