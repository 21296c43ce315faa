#include "wire/platform_document.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "policy/group.h"
#include "wire/fields.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::object encoded(const PlatformSite& site) {
  return {{"name", site.name},
          {"node_id", site.node_id},
          {"overlay_ipv4", site.overlay_ipv4.text()},
          {"overlay_ipv6", site.overlay_ipv6.text()},
          {"looking_glass", site.looking_glass}};
}

Result<PlatformSite> site_of(const json::value& row) {
  if (!row.is_object()) return fail(ErrorKind::Unprocessable, "a site must be an object");
  const json::object& object = row.get_object();
  const Result<std::string> name = text_at(object, "name");
  if (!name) return fail(name.error());
  const Result<std::uint32_t> node_id = number_at(object, "node_id");
  if (!node_id) return fail(node_id.error());
  const Result<Ipv4> ipv4 = text_at(object, "overlay_ipv4").and_then(&Ipv4::parse);
  if (!ipv4) return fail(ipv4.error());
  const Result<Ipv6> ipv6 = text_at(object, "overlay_ipv6").and_then(&Ipv6::parse);
  if (!ipv6) return fail(ipv6.error());
  return PlatformSite{*name, *node_id, *ipv4, *ipv6,
                      text_member(object, "looking_glass").value_or("")};
}

Result<Ipv6Prefix> block_of(const json::value& row) {
  if (!row.is_string()) return fail(ErrorKind::Unprocessable, "a pool block must be a text");
  return Ipv6Prefix::parse(std::string_view{row.get_string()});
}

json::object encoded(const PlatformPool& pool) {
  json::array blocks;
  for (const Ipv6Prefix& block : pool.blocks) blocks.push_back(json::value(block.text()));
  return {{"name", pool.name},
          {"blocks", std::move(blocks)},
          {"reserved_for", json::array(pool.reserved_for.begin(), pool.reserved_for.end())}};
}

Result<std::string> role_of(const json::value& row) {
  if (!row.is_string()) return fail(ErrorKind::Unprocessable, "a role must be a text");
  return std::string{row.get_string()};
}

// Every row of the list read, or the first that could not be.
template <class T>
Result<std::vector<T>> list_at(const json::object& object, std::string_view name,
                               Result<T> (*read)(const json::value&)) {
  std::vector<T> items;
  const json::value* const rows = present(object, name);
  if (rows == nullptr) return items;
  if (!rows->is_array()) {
    return fail(ErrorKind::Unprocessable, "'" + std::string{name} + "' must be a list");
  }
  for (const json::value& row : rows->get_array()) {
    Result<T> item = read(row);
    if (!item) return fail(item.error());
    items.push_back(std::move(*item));
  }
  return items;
}

Result<PlatformPool> pool_of(const json::value& row) {
  if (!row.is_object()) return fail(ErrorKind::Unprocessable, "a pool must be an object");
  const json::object& object = row.get_object();
  Result<std::string> name = text_at(object, "name");
  if (!name) return fail(name.error());
  Result<std::vector<Ipv6Prefix>> blocks = list_at<Ipv6Prefix>(object, "blocks", &block_of);
  if (!blocks) return fail(blocks.error());
  Result<std::vector<std::string>> roles = list_at<std::string>(object, "reserved_for", &role_of);
  if (!roles) return fail(roles.error());
  return PlatformPool{std::move(*name), std::move(*blocks), std::move(*roles)};
}

std::map<std::string, std::string> communities_of(const json::object& object) {
  std::map<std::string, std::string> communities;
  const json::value* const rows = present(object, "communities");
  if (rows == nullptr || !rows->is_object()) return communities;
  for (const auto& row : rows->get_object()) {
    if (row.value().is_string()) {
      communities.emplace(std::string{row.key()}, std::string{row.value().get_string()});
    }
  }
  return communities;
}

}  // namespace

std::map<std::string, std::string> communities_of(const Asn& platform) {
  std::map<std::string, std::string> communities;
  for (const policy::GroupEntry& entry : policy::kGroups) {
    communities.emplace(fmt::format("{}:{}:{}", platform.number(), policy::kWishFunction,
                                    static_cast<std::uint32_t>(entry.group)),
                        entry.wish);
  }
  return communities;
}

std::string encode(const Platform& platform) {
  json::array pool, pools, sites;
  json::object communities;
  for (const Ipv6Prefix& block : platform.pool) pool.push_back(json::value(block.text()));
  for (const PlatformPool& one : platform.pools) pools.push_back(encoded(one));
  for (const PlatformSite& site : platform.sites) sites.push_back(encoded(site));
  for (const auto& [community, meaning] : platform.communities) communities[community] = meaning;
  return json::serialize(json::object{{"name", platform.name},
                                      {"asn", platform.asn.number()},
                                      {"pool", std::move(pool)},
                                      {"pools", std::move(pools)},
                                      {"issuer", platform.issuer},
                                      {"audience", platform.audience},
                                      {"cli_client_id", platform.cli_client_id},
                                      {"portal_client_id", platform.portal_client_id},
                                      {"login_server", platform.login_server},
                                      {"sites", std::move(sites)},
                                      {"communities", std::move(communities)}});
}

Result<Platform> parse_platform(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const Result<Asn> asn = asn_at(*object, "asn");
  if (!asn) return fail(asn.error());
  Result<std::vector<Ipv6Prefix>> pool = list_at<Ipv6Prefix>(*object, "pool", &block_of);
  if (!pool) return fail(pool.error());
  Result<std::vector<PlatformSite>> sites = list_at<PlatformSite>(*object, "sites", &site_of);
  if (!sites) return fail(sites.error());
  Result<std::vector<PlatformPool>> pools = list_at<PlatformPool>(*object, "pools", &pool_of);
  if (!pools) return fail(pools.error());
  const auto text_of = [&](std::string_view name) {
    return text_member(*object, name).value_or("");
  };
  return Platform{text_of("name"),
                  *asn,
                  std::move(*pool),
                  text_of("issuer"),
                  text_of("audience"),
                  text_of("cli_client_id"),
                  text_of("portal_client_id"),
                  text_of("login_server"),
                  std::move(*sites),
                  communities_of(*object),
                  std::move(*pools)};
}

}  // namespace peerlab::wire
