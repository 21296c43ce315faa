#pragma once

#include <optional>
#include <vector>

#include "gateway/services.h"
#include "gateway/settings_file.h"
#include "gateway/settings_reader.h"

namespace peerlab::gateway {

struct Pools {
  PrefixPool standard;  // "default"
  std::vector<NamedPool> named;
  [[nodiscard]] std::vector<Ipv6Prefix> all_blocks() const;
  [[nodiscard]] std::vector<wire::PlatformPool> described() const;
};

// Which /48s may be leased, and by whom: no two pools overlap, nor a pool the infrastructure.
[[nodiscard]] std::optional<Pools> read_pools(SettingsReader& reader,
                                              const std::vector<PoolTable>& tables);

}  // namespace peerlab::gateway
