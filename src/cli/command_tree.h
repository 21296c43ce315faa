// From the words of a command line to the verb they mean.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/call.h"

namespace peerlab::cli {

// Asks the platform.
using PlatformVerb = std::function<Attempt<void>(const Call&)>;
// Stays on this machine, needs no setting, and knows its own exit code.
using LocalVerb = std::function<int(std::ostream& out)>;

struct Chosen {
  std::string api_url;
  OutputStyle style;
  bool quiet = false;
  bool verbose = false;
  std::variant<PlatformVerb, LocalVerb, Complaint> verb;  // Complaint: the words mean nothing
};

// The words after the program's name.
[[nodiscard]] Chosen choose(std::vector<std::string> words, std::string_view version);

}  // namespace peerlab::cli
