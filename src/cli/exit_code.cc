#include "cli/exit_code.h"

#include <fmt/format.h>

#include <array>

namespace peerlab::cli {
namespace {

constexpr std::array kMeanings{
    ExitMeaning{ExitCode::Done, "done"},
    ExitMeaning{ExitCode::Failed, "failed, for none of the reasons below"},
    ExitMeaning{ExitCode::Usage,
                "the command line, the environment or the configuration file is wrong; nothing was "
                "asked"},
    ExitMeaning{ExitCode::NotFound,
                "there is no such thing: no ASN yet, no such lease, no such path"},
    ExitMeaning{ExitCode::SignInNeeded, "sign in first: peerlab auth login"},
    ExitMeaning{ExitCode::Refused,
                "refused: a quota is used up, the pool is empty, or somebody said no"},
    ExitMeaning{ExitCode::Unreachable,
                "the platform or the identity provider did not answer, or says it cannot now"},
    ExitMeaning{ExitCode::TimedOut, "what was waited for did not happen in time"},
    ExitMeaning{ExitCode::Interrupted, "ended by SIGINT (Ctrl-C)"},
};

}  // namespace

std::span<const ExitMeaning> all_exit_codes() { return kMeanings; }

std::string exit_codes_explained() {
  std::string text;
  for (const auto& [code, meaning] : kMeanings) {
    text += fmt::format("{:>3}  {}\n", static_cast<int>(code), meaning);
  }
  return text;
}

}  // namespace peerlab::cli
