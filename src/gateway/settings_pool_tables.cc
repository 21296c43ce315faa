#include <fmt/format.h>

#include <algorithm>

#include "gateway/settings_file_reader.h"

namespace peerlab::gateway {
namespace {

Result<PoolTable> read_pool_table(const FileReader& reader, const toml::table& table) {
  const std::vector<std::string> known{"name", "blocks", "reserved_for"};
  for (const auto& [key, node] : table) {
    if (std::ranges::find(known, key.str()) == known.end()) {
      return reader.unknown(node, key.str(), known);
    }
  }
  const toml::node* const name = table.get("name");
  if (name == nullptr) return reader.wrong(table, "pool.name", "is missing");
  const auto text = name->value_exact<std::string>();
  if (!text) return reader.wrong(*name, "pool.name", "write it in quotes");
  const toml::node* const blocks = table.get("blocks");
  if (blocks == nullptr) return reader.wrong(table, "pool.blocks", "is missing");
  Result<std::vector<Spelled>> spelled = reader.list(*blocks, "pool.blocks");
  if (!spelled) return fail(spelled.error());
  PoolTable read{{*text, reader.where(*name)}, std::move(*spelled), {}};
  if (const toml::node* const roles = table.get("reserved_for")) {
    Result<std::vector<Spelled>> reserved = reader.list(*roles, "pool.reserved_for");
    if (!reserved) return fail(reserved.error());
    read.reserved_for = std::move(*reserved);
  }
  return read;
}

}  // namespace

Result<std::vector<PoolTable>> read_pool_tables(const FileReader& reader,
                                                const toml::array& tables) {
  std::vector<PoolTable> pools;
  for (const toml::node& element : tables) {
    Result<PoolTable> pool = read_pool_table(reader, *element.as_table());
    if (!pool) return fail(pool.error());
    pools.push_back(std::move(*pool));
  }
  return pools;
}

}  // namespace peerlab::gateway
