// Every setting of peerlab-gateway, by one name: the flag --some-name, the environment's
// PEERLAB_GATEWAY_SOME_NAME and the file's some_name are the same thing, in this order of strength.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace peerlab::gateway {

enum class Shape { Text, Number, Switch, List };

struct SettingKey {
  std::string_view name;  // "leases-per-member"
  Shape shape = Shape::Text;
  std::string_view preset = "";            // where nobody says anything; empty: nothing
  std::string_view also_flag = "";         // the existing gateway's flag of this meaning
  std::string_view also_environment = "";  // a variable that others set, weaker than ours
  bool secret = false;                     // never printed
  std::string_view help;
};

[[nodiscard]] std::span<const SettingKey> all_setting_keys();

[[nodiscard]] std::string flag_of(const SettingKey& key);         // "--leases-per-member"
[[nodiscard]] std::string environment_of(const SettingKey& key);  // "PEERLAB_GATEWAY_LEASES_..."
[[nodiscard]] std::string file_key_of(const SettingKey& key);     // "leases_per_member"

}  // namespace peerlab::gateway
