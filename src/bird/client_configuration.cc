#include "bird/client_configuration.h"

#include <fmt/format.h>

#include <kainjow/mustache.hpp>
#include <set>

namespace peerlab::embedded {
extern const std::string_view client_template;
}

namespace peerlab::bird {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data values_of(const ClientFacts& facts) {
  data values;
  values.set("router_id", facts.overlay_ipv4.text());
  values.set("user_asn", facts.user_asn.text());
  values.set("platform_asn", facts.platform_asn.text());
  values.set("overlay_ipv4", facts.overlay_ipv4.text());
  values.set("overlay_ipv6", facts.overlay_ipv6.text());
  values.set("has_prefixes", !facts.prefixes.empty());
  data prefixes{data::type::list};
  for (const Prefix48& prefix : facts.prefixes) {
    prefixes << data{"prefix", prefix.text()};
  }
  values.set("prefixes", prefixes);
  data sites{data::type::list};
  for (const ClientSite& site : facts.sites) {
    data one;
    one.set("name", site.name.text());
    one.set("address", site.overlay_ipv4.text());
    one.set("address_ipv6", site.overlay_ipv6.text());
    sites << one;
  }
  values.set("sites", sites);
  return values;
}

const std::set<std::string, std::less<>>& known_names() {
  static const std::set<std::string, std::less<>> names{
      "router_id", "user_asn", "platform_asn", "overlay_ipv4", "overlay_ipv6", "has_prefixes",
      "prefixes",  "prefix",   "sites",        "name",         "address",      "address_ipv6"};
  return names;
}

std::string_view trimmed(std::string_view tag) {
  constexpr std::string_view kAround = " #^/&{}";
  const auto first = tag.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return tag.substr(first, tag.find_last_not_of(kAround) - first + 1);
}

// Mustache itself renders a name it does not know as nothing: a route would silently be missing.
Result<void> check_names(std::string_view text) {
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') ++line;
    if (text.substr(at, 2) != "{{") continue;
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) {
      return fail(ErrorKind::Malformed,
                  fmt::format("the template's line {}: '{{{{' is never closed by '}}}}'", line));
    }
    const std::string_view tag = text.substr(at + 2, end - at - 2);
    const bool comment = !tag.empty() && tag.front() == '!';
    if (!comment && !known_names().contains(trimmed(tag))) {
      return fail(ErrorKind::Malformed,
                  fmt::format("the template's line {}: there is no value named '{}'; there are {}",
                              line, trimmed(tag), fmt::join(known_names(), ", ")));
    }
  }
  return {};
}

}  // namespace

std::string_view shipped_client_template() { return embedded::client_template; }

Result<std::string> render_client(std::string_view text, const ClientFacts& facts) {
  if (const Result<void> named = check_names(text); !named) return fail(named.error());
  mustache compiled{std::string{text}};
  if (!compiled.is_valid()) {
    return fail(ErrorKind::Malformed,
                fmt::format("the template is no Mustache: {}", compiled.error_message()));
  }
  // Values are typed and never text: there is nothing to escape.
  compiled.set_custom_escape([](const std::string& value) { return value; });
  std::string rendered = compiled.render(values_of(facts));
  if (!compiled.is_valid()) {
    return fail(ErrorKind::Malformed,
                fmt::format("the template cannot be rendered: {}", compiled.error_message()));
  }
  return rendered;
}

}  // namespace peerlab::bird
