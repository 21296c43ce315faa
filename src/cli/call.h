// What a verb works with, and its two ways to the platform.
#pragma once

#include <optional>
#include <string>

#include "base/secret.h"
#include "cli/complaint.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "cli/surroundings.h"
#include "http/client.h"

namespace peerlab::cli {

struct Call {
  const Surroundings& around;
  const Settings& settings;
  const OutputStyle& style;
  bool quiet;    // no notes: data and complaints only
  bool verbose;  // each exchange as a line on standard error
  const http::Client& client;
};

// Usage where no platform is chosen, saying how to choose one.
[[nodiscard]] Attempt<void> platform_is_chosen(const Call& call);

// Any status is an answer; Unreachable where there was none.
[[nodiscard]] Attempt<http::Response> exchange(const Call& call,
                                               const http::ClientRequest& request);

struct Question {
  http::Method method = http::Method::Get;
  std::string path;       // from '/' on, percent-encoded
  std::string body = {};  // JSON; empty: none
  std::string key = {};   // Idempotency-Key; with one, a question without an answer is asked again
};

// Asks the platform as whoever signed in; an answer that is no 2xx is a complaint.
[[nodiscard]] Attempt<http::Response> ask_as_member(const Call& call, const Question& question);
// The same by a key.
[[nodiscard]] Attempt<http::Response> ask_with_key(const Call& call, const Question& question,
                                                   const Secret& key);
// The same without a token.
[[nodiscard]] Attempt<http::Response> ask_as_anybody(const Call& call, const Question& question);

// A success of the platform that cannot be read.
[[nodiscard]] Complaint unreadable(std::string_view path, const Error& error);

// Data, to standard output.  Failed where it cannot be written.
[[nodiscard]] Attempt<void> print(const Call& call, const Attempt<std::string>& text);
// A line for people, to standard error, printable whatever a server put into it; nothing where they
// asked for quiet.
void note(const Call& call, std::string_view line);

}  // namespace peerlab::cli
