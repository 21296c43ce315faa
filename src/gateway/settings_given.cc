#include "gateway/settings_given.h"

#include "base/text.h"

namespace peerlab::gateway {
namespace {

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
