#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace peerlab::cli {

// Which words may follow: after "" the verbs, after "prefix rpki" enable and disable.
struct Branch {
  std::string path;
  std::vector<std::string> words;
};

// What bash, zsh or fish sources.
[[nodiscard]] std::string completions_for(std::string_view shell,
                                          const std::vector<Branch>& branches);

}  // namespace peerlab::cli
