// What a verb touches besides its arguments; main() hands in the real ones.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace peerlab::cli {

using Environment = std::map<std::string, std::string, std::less<>>;

struct Surroundings {
  std::ostream& out;  // data
  std::ostream& err;  // everything else
  bool err_is_terminal = false;
  Environment environment;
  const Clock& clock;
  std::function<void(std::chrono::seconds)> sleep;
  std::string_view version;
  std::istream* in = nullptr;  // of a person; nullptr: nobody is there to be asked

  // Empty where it is not set.
  [[nodiscard]] std::string variable(std::string_view name) const {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string{} : found->second;
  }
  // No colour unless a person looks at it and did not say otherwise (no-color.org).
  [[nodiscard]] bool colour() const {
    return err_is_terminal && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  }
};

}  // namespace peerlab::cli
