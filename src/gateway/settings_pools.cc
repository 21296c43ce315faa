#include "gateway/settings_pools.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "gateway/pools.h"

namespace peerlab::gateway {
namespace {

// A /48 with host bits gets Prefix48's advice.
Result<Ipv6Prefix> parse_block(const std::string& text) {
  if (!text.ends_with("/48")) return Ipv6Prefix::parse(text);
  const Result<Prefix48> exact = Prefix48::parse(text);
  return exact ? Result<Ipv6Prefix>{exact->prefix()} : fail(exact.error());
}

// Each element is judged together with those before it: what is wrong then is its own.
std::optional<PrefixPool> inline_pool(SettingsReader& reader) {
  std::vector<Ipv6Prefix> blocks;
  std::optional<PrefixPool> pool;
  for (const std::string& text : reader.texts("pool")) {
    const std::size_t element = blocks.size();
    const Result<Ipv6Prefix> block = parse_block(text);
    if (block) blocks.push_back(*block);
    const Result<PrefixPool> so_far = block ? PrefixPool::make(blocks) : fail(block.error());
    if (!so_far) {
      reader.refuse("pool", so_far.error().detail, element);
      return std::nullopt;
    }
    pool = *so_far;
  }
  return pool;
}

std::optional<PrefixPool> pool_in_file(SettingsReader& reader) {
  const std::string file = reader.text("prefix-pool-file");
  const Result<std::string> text = read_file(file, 16U << 20U);
  if (!text) {
    reader.refuse("prefix-pool-file", text.error().detail);
    return std::nullopt;
  }
  Result<PrefixPool> pool = PrefixPool::parse_file(*text);
  if (pool) return *std::move(pool);
  reader.refuse("prefix-pool-file", fmt::format("{}, {}", file, pool.error().detail));
  return std::nullopt;
}

void check_infrastructure(SettingsReader& reader, const Pools& pools) {
  const std::vector<std::string> texts = reader.texts("infrastructure");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Result<Ipv6Prefix> prefix = Ipv6Prefix::parse(texts[i]);
    if (!prefix) {
      reader.refuse("infrastructure", prefix.error().detail, i);
      continue;
    }
    for (const Ipv6Prefix& block : pools.all_blocks()) {
      if (!block.overlaps(*prefix)) continue;
      reader.refuse("infrastructure",
                    fmt::format("{} overlaps {} of the pool: the platform's own prefixes are never "
                                "leased, take it out of one of them",
                                prefix->text(), block.text()),
                    i);
    }
  }
}

void refuse(SettingsReader& reader, const Spelled& at, std::string_view key,
            std::string_view problem) {
  reader.refuse_all(
      Error{ErrorKind::Malformed, fmt::format("{}: pool.{}: {}", at.where, key, problem)});
}

// Each block is judged together with those before it, of this pool and of others.
std::optional<PrefixPool> pool_of(SettingsReader& reader, const PoolTable& table,
                                  const std::vector<wire::PlatformPool>& others) {
  std::vector<Ipv6Prefix> blocks;
  std::optional<PrefixPool> pool;
  for (const Spelled& spelled : table.blocks) {
    const Result<Ipv6Prefix> block = parse_block(spelled.text);
    if (block) blocks.push_back(*block);
    const Result<PrefixPool> so_far = block ? PrefixPool::make(blocks) : fail(block.error());
    if (!so_far) {
      refuse(reader, spelled, "blocks", so_far.error().detail);
      return std::nullopt;
    }
    for (const wire::PlatformPool& other : others) {
      const auto taken = std::ranges::find_if(
          other.blocks, [&](const Ipv6Prefix& one) { return one.overlaps(*block); });
      if (taken == other.blocks.end()) continue;
      refuse(
          reader, spelled, "blocks",
          fmt::format("{} overlaps {} of the pool '{}'", block->text(), taken->text(), other.name));
      return std::nullopt;
    }
    pool = *so_far;
  }
  if (!pool) refuse(reader, table.name, "blocks", "name one, such as \"3fff:100::/40\"");
  return pool;
}

std::optional<PrefixPool> default_pool(SettingsReader& reader, const PoolTable* table) {
  const auto said = reader.either("pool", "prefix-pool-file");
  if (said && table != nullptr) {
    refuse(reader, table->name, "name",
           fmt::format("{} says already which /48s 'default' has: keep one of them",
                       reader.place(*said)));
    return std::nullopt;
  }
  if (table != nullptr) {
    if (!table->reserved_for.empty()) {
      refuse(reader, table->reserved_for.front(), "reserved_for", "the pool 'default' is for all");
    }
    return pool_of(reader, *table, {});
  }
  if (said) return *said == "pool" ? inline_pool(reader) : pool_in_file(reader);
  reader.refuse("pool",
                "say which /48s may be leased, such as 3fff:100::/40, or name a file of blocks by "
                "--prefix-pool-file");
  return std::nullopt;
}

bool is_a_name(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::optional<NamedPool> named_pool(SettingsReader& reader, const PoolTable& table,
                                    const Pools& before) {
  const std::string& name = table.name.text;
  if (!is_a_name(name)) {
    refuse(reader, table.name, "name",
           fmt::format("'{}' is no name: write 1 to 32 of a-z, 0-9, - and _", printable(name)));
  }
  if (name == kDefaultPool ||
      std::ranges::find(before.named, name, &NamedPool::name) != before.named.end()) {
    refuse(reader, table.name, "name", fmt::format("there are two pools '{}'", name));
  }
  if (!table.reserved_for.empty() && reader.find("roles-claim") == nullptr) {
    refuse(reader, table.reserved_for.front(), "reserved_for",
           "nobody has a role: say by roles_claim where tokens name them");
  }
  const auto blocks = pool_of(reader, table, before.described());
  if (!blocks) return std::nullopt;
  NamedPool pool{name, *blocks};
  for (const Spelled& role : table.reserved_for) pool.reserved_for.push_back(role.text);
  return pool;
}

}  // namespace

std::vector<Ipv6Prefix> Pools::all_blocks() const {
  std::vector<Ipv6Prefix> all = standard.blocks();
  for (const NamedPool& pool : named) {
    all.insert(all.end(), pool.blocks.blocks().begin(), pool.blocks.blocks().end());
  }
  return all;
}

std::vector<wire::PlatformPool> Pools::described() const {
  std::vector<wire::PlatformPool> all{{std::string{kDefaultPool}, standard.blocks(), {}}};
  for (const NamedPool& pool : named) {
    all.push_back({pool.name, pool.blocks.blocks(), pool.reserved_for});
  }
  return all;
}

std::optional<Pools> read_pools(SettingsReader& reader, const std::vector<PoolTable>& tables) {
  const auto is_default = [](const PoolTable& table) { return table.name.text == kDefaultPool; };
  const auto own = std::ranges::find_if(tables, is_default);
  const auto standard = default_pool(reader, own == tables.end() ? nullptr : &*own);
  if (!standard) return std::nullopt;
  Pools pools{*standard, {}};
  for (const PoolTable& table : tables) {
    if (&table == (own == tables.end() ? nullptr : &*own)) continue;
    auto pool = named_pool(reader, table, pools);
    if (!pool) return std::nullopt;
    pools.named.push_back(*std::move(pool));
  }
  check_infrastructure(reader, pools);
  return pools;
}

}  // namespace peerlab::gateway
