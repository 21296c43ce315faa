#include "gateway/settings_given.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "gateway/settings_nearest.h"

namespace peerlab::gateway {
namespace {

constexpr std::string_view kPrefix = "PEERLAB_GATEWAY_";

// The generator's, which may run on the same machine.
constexpr std::string_view kOfOthers = "PEERLAB_GATEWAY_URL";

// Without the prefix, which all have in common.
std::vector<std::string> known_variables() {
  std::vector<std::string> known{"CONFIG"};
  for (const SettingKey& key : all_setting_keys()) {
    known.push_back(environment_of(key).substr(kPrefix.size()));
  }
  return known;
}

Given given(const SettingKey& key, Source source, const Spelled& value) {
  if (key.shape != Shape::List) return {source, {value}};
  Given list{source, {}};
  for (const std::string_view part : split(value.text, ',')) {
    if (!trim(part).empty()) list.spelled.push_back({std::string{trim(part)}, value.where});
  }
  return list;
}

}  // namespace

GivenSettings given_by_environment(const Environment& environment) {
  GivenSettings settings;
  for (const SettingKey& key : all_setting_keys()) {
    for (const std::string& name : {environment_of(key), std::string{key.also_environment}}) {
      const auto found = environment.find(name);
      if (found == environment.end() || found->second.empty()) continue;
      settings.emplace(key.name, given(key, Source::Environment, {found->second, name}));
    }
  }
  return settings;
}

Result<void> check_environment(const Environment& environment) {
  const std::vector<std::string> known = known_variables();
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kPrefix) || name == kOfOthers || value.empty()) continue;
    const std::string_view own = std::string_view{name}.substr(kPrefix.size());
    if (std::ranges::find(known, own) != known.end()) continue;
    const auto meant = nearest(own, known);
    return fail(ErrorKind::Malformed,
                fmt::format("{}: there is no such variable of the environment; {}", printable(name),
                            meant ? fmt::format("did you mean {}{}?", kPrefix, *meant)
                                  : "every flag that --help lists is one"));
  }
  return {};
}

GivenSettings given_by_default() {
  GivenSettings settings;
  for (const SettingKey& key : all_setting_keys()) {
    if (key.preset.empty()) continue;
    settings.emplace(key.name,
                     given(key, Source::Default, {std::string{key.preset}, flag_of(key)}));
  }
  return settings;
}

}  // namespace peerlab::gateway
