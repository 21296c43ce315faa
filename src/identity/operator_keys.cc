#include "identity/operator_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "identity/agent_keys.h"

namespace peerlab::identity {
namespace {

constexpr std::size_t kNameMost = 32;

bool is_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= kNameMost && std::ranges::all_of(text, allowed) &&
         text != "member" && !text.starts_with(kTokenOperator);
}

Failure wrong(std::size_t line, std::string_view what) {
  return fail(ErrorKind::Malformed, fmt::format("line {}: {}", line, what));
}

}  // namespace

Result<OperatorKeys> OperatorKeys::parse(std::string_view text) {
  std::vector<Named> keys;
  std::size_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    const auto words = words_of(line);
    if (words.size() != 2) return wrong(number, "write it as NAME KEY");
    if (!is_name(words[0])) {
      return wrong(number,
                   "a name is 1 to 32 letters, digits, dots, hyphens or underscores, and neither "
                   "'member' nor 'op-...'");
    }
    Secret key{std::string{words[1]}};
    if (const auto sound = AgentKeys::single(key); !sound) {
      return wrong(number, sound.error().detail);
    }
    const auto another = [&](const Named& one) { return one.name != words[0] && one.key == key; };
    if (std::ranges::any_of(keys, another)) return wrong(number, "somebody else has this key");
    keys.push_back({std::string{words[0]}, std::move(key)});
  }
  if (keys.empty()) return fail(ErrorKind::Malformed, "no key: write NAME KEY, one a line");
  return OperatorKeys{std::move(keys)};
}

std::optional<std::string> OperatorKeys::name_of(const Secret& presented) const {
  std::optional<std::string> name;
  for (const Named& one : keys_) {
    if (one.key.equals(presented)) name = one.name;
  }
  return name;
}

}  // namespace peerlab::identity
