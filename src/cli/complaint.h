// Why a verb did not do what it was asked for: the exit code, one clear line, and what to do next.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "base/result.h"
#include "cli/exit_code.h"
#include "http/response.h"

namespace peerlab::cli {

struct Complaint {
  ExitCode exit_code = ExitCode::Failed;
  std::string says;
  std::string next = {};      // "sign in: peerlab auth login"; may be empty
  std::string document = {};  // the problem as the platform sent it, where it did
};

template <class T>
using Attempt = tl::expected<T, Complaint>;
using Complaining = tl::unexpected<Complaint>;

[[nodiscard]] inline Complaining complain(Complaint complaint) {
  return Complaining{std::move(complaint)};
}
[[nodiscard]] inline Complaining complain(ExitCode code, std::string says, std::string next = {}) {
  return Complaining{Complaint{code, std::move(says), std::move(next)}};
}

// An error of our own reading, writing or asking.
[[nodiscard]] Complaint complaint_of(const Error& error);
// An answer of the platform that is no success.
[[nodiscard]] Complaint complaint_of(const http::Response& refusal);

// "peerlab: Maximum lease limit reached.: you hold 1 of 1; peerlab prefix list shows it", for
// people: one line of printable text, whatever a server sent.
[[nodiscard]] std::string spelled_as_line(const Complaint& complaint);
// A problem document (RFC 9457) with the members `next` and `exit_code` added, for programs.
[[nodiscard]] std::string spelled_as_problem(const Complaint& complaint);

}  // namespace peerlab::cli
