// The nodes of a TOML file as texts with their places, for the readers of gateway.toml.
#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/settings_file.h"

namespace peerlab::gateway {

class FileReader {
 public:
  explicit FileReader(const std::filesystem::path& file) : file_{file.string()} {}

  [[nodiscard]] std::string where(const toml::node& node) const;  // "gateway.toml:3"
  [[nodiscard]] Failure wrong(const toml::node& node, std::string_view key,
                              const std::string& problem) const;
  // Names the key that was meant, as far as one can tell; else all that are known.
  [[nodiscard]] Failure unknown(const toml::node& node, std::string_view key,
                                const std::vector<std::string>& known) const;

  [[nodiscard]] Result<std::vector<Spelled>> spelled(const toml::node& node,
                                                     const SettingKey& key) const;
  [[nodiscard]] Result<std::vector<Spelled>> list(const toml::node& node,
                                                  const std::string& name) const;

 private:
  std::string file_;
};

// The [[pool]] tables of an array of them.
[[nodiscard]] Result<std::vector<PoolTable>> read_pool_tables(const FileReader& reader,
                                                              const toml::array& tables);

}  // namespace peerlab::gateway
