#include "gateway/settings_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/file.h"
#include "domain/node.h"
#include "domain/overlay_address.h"
#include "gateway/settings_file_reader.h"

namespace peerlab::gateway {
namespace {

namespace fs = std::filesystem;

Result<std::string> filled_text(std::string_view text) {
  if (!text.empty()) return std::string{text};
  return fail(ErrorKind::Malformed, "is empty");
}

Result<NodeId> node_id(std::int64_t number) {
  return NodeId::make(number < 0 ? 0 : static_cast<std::uint64_t>(number));
}

// The member `key` of a [[site]] as a T, by T's own parser.
template <class T, class Spelling>
Result<T> site_member(const FileReader& reader, const toml::table& site, std::string_view key,
                      Result<T> (*parse)(Spelling)) {
  using Stored = std::conditional_t<std::is_integral_v<Spelling>, std::int64_t, std::string_view>;
  const toml::node* const node = site.get(key);
  const std::string name = fmt::format("site.{}", key);
  if (node == nullptr) return reader.wrong(site, name, "is missing");
  const auto value = node->value_exact<Stored>();
  if (!value) {
    return reader.wrong(*node, name,
                        std::is_integral_v<Spelling> ? "write a number" : "write it in quotes");
  }
  Result<T> read = parse(*value);
  return read ? read : Result<T>{reader.wrong(*node, name, read.error().detail)};
}

Result<wire::PlatformSite> read_site(const FileReader& reader, const toml::table& site) {
  const std::vector<std::string> known{"name", "node_id", "overlay_ipv4", "overlay_ipv6",
                                       "looking_glass"};
  for (const auto& [key, node] : site) {
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      return reader.unknown(node, key.str(), known);
    }
  }
  const auto name = site_member(reader, site, "name", &filled_text);
  if (!name) return fail(name.error());
  const auto id = site_member(reader, site, "node_id", &node_id);
  if (!id) return fail(id.error());
  const auto ipv4 = site_member(reader, site, "overlay_ipv4", &overlay_address<Ipv4>);
  if (!ipv4) return fail(ipv4.error());
  const auto ipv6 = site_member(reader, site, "overlay_ipv6", &overlay_address<Ipv6>);
  if (!ipv6) return fail(ipv6.error());
  return wire::PlatformSite{*name, id->number(), *ipv4, *ipv6,
                            site["looking_glass"].value_or(std::string{})};
}

Result<std::vector<wire::PlatformSite>> read_sites(const FileReader& reader,
                                                   const toml::node& node) {
  std::vector<wire::PlatformSite> sites;
  if (!node.is_array_of_tables()) {
    return reader.wrong(node, "site", "write each IXP server as a table [[site]]");
  }
  for (const toml::node& element : *node.as_array()) {
    Result<wire::PlatformSite> site = read_site(reader, *element.as_table());
    if (!site) return fail(site.error());
    for (const wire::PlatformSite& other : sites) {
      if (other.name == site->name || other.node_id == site->node_id) {
        return reader.wrong(element, "site",
                            fmt::format("{} and {} share a name or a node_id: one machine is one "
                                        "site",
                                        other.name, site->name));
      }
    }
    sites.push_back(std::move(*site));
  }
  return sites;
}

Result<SettingsFile> read_table(const FileReader& reader, const toml::table& table) {
  SettingsFile read;
  std::vector<std::string> known{"site"};
  for (const SettingKey& key : all_setting_keys()) {
    known.push_back(file_key_of(key));
    const toml::node* const node = table.get(known.back());
    if (node == nullptr || node->is_array_of_tables()) continue;
    Result<std::vector<Spelled>> spelled = reader.spelled(*node, key);
    if (!spelled) return fail(spelled.error());
    read.given.emplace(key.name, Given{Source::File, std::move(*spelled)});
  }
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
      return reader.unknown(node, key.str(), known);
    }
  }
  if (const toml::node* const node = table.get("pool"); node && node->is_array_of_tables()) {
    Result<std::vector<PoolTable>> pools = read_pool_tables(reader, *node->as_array());
    if (!pools) return fail(pools.error());
    read.pools = std::move(*pools);
  }
  if (const toml::node* const node = table.get("site")) {
    Result<std::vector<wire::PlatformSite>> sites = read_sites(reader, *node);
    if (!sites) return fail(sites.error());
    read.sites = std::move(*sites);
  }
  return read;
}

}  // namespace

Result<SettingsFile> read_settings_file(const fs::path& file) {
  const Result<std::string> text = read_file(file, 1U << 20U);
  if (!text) return fail(text.error());
  try {
    const toml::table table = toml::parse(*text);
    return read_table(FileReader{file}, table);
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::Malformed, fmt::format("{}:{}: {}", file.string(),
                                                  error.source().begin.line, error.description()));
  }
}

}  // namespace peerlab::gateway
