// What the last run found, kept for `status`: no run reads it to decide anything.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/skipped.h"

namespace peerlab::confgen {

struct SourceReport {
  std::string name;
  std::optional<Instant> answered_at = {};  // last answered well; nullopt: never
  std::string failure = {};                 // of the last run; empty: it answered
  bool operator==(const SourceReport&) const = default;
};

struct LastError {
  Instant at;
  int exit_code;
  std::string sentence;
  bool operator==(const LastError&) const = default;
};

struct Report {
  std::optional<Instant> ran_at = {};
  std::size_t sessions = 0, leases = 0, users = 0;  // of the policy that was compiled
  std::vector<SourceReport> sources = {};
  std::vector<Skipped> skipped = {}, contradictions = {};
  std::string held = {};                     // what a shrinking answer would drop, or empty
  std::optional<LastError> last_error = {};  // stays when later runs are well
  bool well = false;                         // the last run left the policy it was to leave
  std::optional<Instant> right_at = {};      // when the policy was last known to be right
  bool operator==(const Report&) const = default;
};

[[nodiscard]] std::filesystem::path report_file(const std::filesystem::path& state_directory);
// NotFound where no run has left one.
[[nodiscard]] Result<Report> load_report(const std::filesystem::path& file);
[[nodiscard]] Result<void> store_report(const std::filesystem::path& file, const Report& report);

}  // namespace peerlab::confgen
