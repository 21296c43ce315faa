#include "identity/agent_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace peerlab::identity {
namespace {

constexpr std::size_t kShortest = 16;

bool is_key(std::string_view text) {
  return text.size() >= kShortest &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

constexpr std::string_view kGrammar =
    "a key is at least 16 printable characters without blanks; make one with `openssl rand "
    "-hex 24`";

}  // namespace

Result<AgentKeys> AgentKeys::parse(std::string_view text) {
  std::vector<Secret> keys;
  std::size_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    if (!is_key(line)) {
      return fail(ErrorKind::Malformed, fmt::format("line {} is no key: {}", number, kGrammar));
    }
    keys.emplace_back(std::string{line});
  }
  if (keys.empty()) return fail(ErrorKind::Malformed, fmt::format("no key: {}", kGrammar));
  return AgentKeys{std::move(keys)};
}

Result<AgentKeys> AgentKeys::single(Secret key) {
  if (!is_key(key.reveal())) return fail(ErrorKind::Malformed, std::string{kGrammar});
  return AgentKeys{{std::move(key)}};
}

bool AgentKeys::accept(const Secret& presented) const {
  bool found = false;
  for (const Secret& key : keys_) found = key.equals(presented) || found;
  return found;
}

}  // namespace peerlab::identity
