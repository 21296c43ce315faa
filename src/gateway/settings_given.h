// What was said about each setting, where, before it means anything.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/settings_key.h"

namespace peerlab::gateway {

enum class Source { Default, File, Environment, Flag };

// One text and the place where it can be changed: "--pool", "PEERLAB_GATEWAY_POOL",
// "gateway.toml:3".
struct Spelled {
  std::string text;
  std::string where;
};

struct Given {
  Source source = Source::Default;
  std::vector<Spelled> spelled;  // one, but for a list
};

// By SettingKey::name; a setting that nobody mentioned is not there.
using GivenSettings = std::map<std::string_view, Given>;

using Environment = std::map<std::string, std::string>;

// Lists are comma-separated there.  A variable that is set and empty says nothing.
[[nodiscard]] GivenSettings given_by_environment(const Environment& environment);
// Refuses a PEERLAB_GATEWAY_... that nobody knows, since it would be without effect; the error
// names it and the nearest one that is known, and never its value.
[[nodiscard]] Result<void> check_environment(const Environment& environment);
[[nodiscard]] GivenSettings given_by_default();

}  // namespace peerlab::gateway
