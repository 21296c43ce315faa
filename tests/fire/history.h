// What clients asked of a ledger and what they were told, written down as it happens: one file a
// client, which is kept when the client is killed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "domain/asn.h"
#include "domain/lease.h"

namespace peerlab::fire {

enum class Verb { Assign, Lease, Revoke, Read };

enum class Outcome {
  Done,
  Refused,      // by a rule: the quota, nothing free, not in force
  NothingDone,  // the storage could not, and whoever answered promised that nothing was done
  Unknown,      // done or not: so it was said, or nobody answered
  Wrong         // an answer that no contract allows
};

using Nanoseconds = std::chrono::nanoseconds;  // of the clock that all processes of a machine share

// A lease, as an answer told it.
struct Told {
  Prefix48 prefix;
  LeaseWindow window;
  bool operator==(const Told&) const = default;
};

struct Operation {
  Verb verb = Verb::Read;
  std::string member;  // its name
  // The ledger was given an instant between these two; they are one where the client gave it.
  Instant earliest{};
  Instant latest = Instant::max();
  Nanoseconds started{};
  Nanoseconds ended = Nanoseconds::max();
  std::optional<Prefix48> prefix = {};  // to revoke
  std::chrono::seconds length{};        // of the lease that was asked for
  Outcome outcome = Outcome::Unknown;
  std::string reason = {};  // one word: why it was refused, or what was wrong
  std::optional<Asn> asn = {};
  std::vector<Told> leases = {};  // the one granted, or those read
};

[[nodiscard]] Nanoseconds nanoseconds_now();

// The subject of a member of this name, here and in the tokens of tests/gateway.
[[nodiscard]] Subject subject_of(const std::string& member);

// The history of one client that asks one thing after another.
class HistoryWriter {
 public:
  // Throws where the file cannot be written.
  explicit HistoryWriter(const std::filesystem::path& file);
  ~HistoryWriter();
  HistoryWriter(const HistoryWriter&) = delete;
  HistoryWriter& operator=(const HistoryWriter&) = delete;

  // Before the question is sent; after the answer.
  void begin(const Operation& operation) const;
  void end(const Operation& operation) const;

 private:
  void write(const std::string& line) const;
  int file_;
};

// All histories of a folder (*.history).  What was begun and never ended is of unknown outcome.
[[nodiscard]] std::vector<Operation> read_histories(const std::filesystem::path& folder);

[[nodiscard]] std::string_view name_of(Verb verb);

}  // namespace peerlab::fire
