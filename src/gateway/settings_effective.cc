#include <fmt/format.h>

#include "base/text.h"
#include "gateway/pools.h"
#include "gateway/settings.h"

namespace peerlab::gateway {
namespace {

std::string in_quotes(std::string_view text) {
  std::string toml = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') toml += '\\';
    if (c < ' ' && c >= 0) {
      toml += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      toml += c;
    }
  }
  return toml + '"';
}

std::string list_of(const std::vector<Spelled>& texts) {
  std::string list;
  for (const Spelled& one : texts) list += (list.empty() ? "" : ", ") + in_quotes(one.text);
  return "[" + list + "]";
}

std::string origin(const Given& given) {
  switch (given.source) {
    case Source::Default:
      return "default";
    case Source::Flag:
      return "flag " + given.spelled.front().where;
    case Source::Environment:
      return "environment " + given.spelled.front().where;
    case Source::File:
      break;
  }
  return given.spelled.front().where;
}

std::string value(const SettingKey& key, const Given& given) {
  const std::string& text = given.spelled.front().text;
  if (key.shape == Shape::Text) return in_quotes(text);
  if (key.shape == Shape::Number) return text;
  if (key.shape == Shape::Switch) return text == "1" ? "true" : lowercase(text);
  return list_of(given.spelled);
}

std::string line_of(const SettingKey& key, const Given& given) {
  const std::string name = file_key_of(key);
  if (key.secret) return fmt::format("# {} is set by {}\n", name, origin(given));
  return fmt::format("{} = {}  # {}\n", name, value(key, given), origin(given));
}

std::string table_of(const PoolTable& pool) {
  std::string text = fmt::format("\n[[pool]]\nname = {}\nblocks = {}  # {}\n",
                                 in_quotes(pool.name.text), list_of(pool.blocks), pool.name.where);
  if (!pool.reserved_for.empty()) text += "reserved_for = " + list_of(pool.reserved_for) + "\n";
  return text;
}

std::string table_of(const wire::PlatformSite& site) {
  return fmt::format(
      "\n[[site]]\nname = {}\nnode_id = {}\noverlay_ipv4 = \"{}\"\noverlay_ipv6 = \"{}\"\n"
      "looking_glass = {}\n",
      in_quotes(site.name), site.node_id, site.overlay_ipv4.text(), site.overlay_ipv6.text(),
      in_quotes(site.looking_glass));
}

}  // namespace

std::string effective(const SettingsFile& settings) {
  std::string text;
  for (const SettingKey& key : all_setting_keys()) {
    const auto found = settings.given.find(key.name);
    if (found == settings.given.end() || found->second.spelled.empty()) continue;
    if (key.name == "pool" && !settings.pools.empty()) continue;
    text += line_of(key, found->second);
  }
  // A file cannot say `pool = […]` beside [[pool]].
  const auto pool = settings.given.find("pool");
  if (pool != settings.given.end() && !settings.pools.empty()) {
    text += table_of(
        PoolTable{{std::string{kDefaultPool}, origin(pool->second)}, pool->second.spelled, {}});
  }
  for (const PoolTable& table : settings.pools) text += table_of(table);
  for (const wire::PlatformSite& site : settings.sites) text += table_of(site);
  return text;
}

}  // namespace peerlab::gateway
