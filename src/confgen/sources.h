// Asking the gateway and Headscale.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "confgen/facts.h"
#include "confgen/options.h"
#include "domain/skipped.h"
#include "http/client.h"

namespace peerlab::confgen {

struct Collected {
  Facts facts;                   // fresh where the source answered, the last good ones where not
  std::vector<Skipped> skipped;  // what could not be read in them
  std::vector<std::string> failures;  // one sentence for each source that did not answer well
  // When each last answered, by whoever goes on asking.  nullopt: now, or it did not.
  std::optional<Instant> mappings_at = {}, nodes_at = {};
};

// Each source once.
[[nodiscard]] Collected collect(const OneShotOptions& options, const Facts& last_good);

// A question to the gateway that it may keep until it knows more (COMPAT.md 2).
struct LongPoll {
  std::string etag = {};         // of the answer that is known; empty: none
  std::chrono::seconds wait{0};  // 0: answer at once
};

struct MappingsAnswer {
  std::optional<Readable<Mapping>> fresh;  // nullopt: what is known is still so
  std::string etag = {};                   // of a fresh one; empty where the gateway has none
  std::optional<Instant> date = {};        // the gateway's clock
};

[[nodiscard]] Result<MappingsAnswer> ask_for_mappings(const http::Client& client,
                                                      const OneShotOptions& options,
                                                      const LongPoll& poll);

// Of Headscale, or of the file in its place.
[[nodiscard]] Result<Readable<Node>> ask_for_nodes(const http::Client& client,
                                                   const OneShotOptions& options);

// What the sources are called in the log.
inline constexpr const char* kGatewayName = "the gateway";
[[nodiscard]] const char* name_of_nodes_source(const OneShotOptions& options);

}  // namespace peerlab::confgen
