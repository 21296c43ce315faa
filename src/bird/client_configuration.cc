#include "bird/client_configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <kainjow/mustache.hpp>

#include "base/text.h"

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

// A value's name and the list it belongs to; empty: it has a value everywhere.
struct Name {
  std::string_view name;
  std::string_view list = {};
};
constexpr std::array kNames{
    Name{"router_id"},     Name{"user_asn"},           Name{"platform_asn"},
    Name{"overlay_ipv4"},  Name{"overlay_ipv6"},       Name{"has_prefixes"},
    Name{"prefixes"},      Name{"prefix", "prefixes"}, Name{"sites"},
    Name{"name", "sites"}, Name{"address", "sites"},   Name{"address_ipv6", "sites"}};

std::string all_names() {
  std::string names;
  for (const Name& one : kNames) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
  }
  return names;
}

// The tags of a template in their order: what each says, and what is wrong with it.
class NameCheck {
 public:
  // Empty where the tag is sound.
  std::string complaint(std::string_view tag) {
    const std::size_t first = tag.find_first_not_of(' ');
    const char sigil = first == std::string_view::npos ? ' ' : tag[first];
    if (sigil == '!') return {};
    const std::string_view name = trim(
        std::string_view{"#^/&{"}.find(sigil) == std::string_view::npos ? tag
                                                                        : tag.substr(first + 1));
    const auto known = std::ranges::find(kNames, name, &Name::name);
    if (known == kNames.end()) {
      return fmt::format("there is no value named '{}'; there are {}", printable(name),
                         all_names());
    }
    if (!known->list.empty() && std::ranges::find(open_, known->list) == open_.end()) {
      return fmt::format("'{}' has a value between {{{{#{}}}}} and {{{{/{}}}}} only", name,
                         known->list, known->list);
    }
    if (sigil == '#') open_.push_back(name);
    if (sigil == '/') std::erase(open_, name);
    return {};
  }

 private:
  std::vector<std::string_view> open_;  // lists we are in
};

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

// The library ends its message with an offset: `Unclosed section "sites" at 1042`.
Error no_mustache(std::string_view text, std::string_view message) {
  const std::size_t at = message.rfind(" at ");
  const auto offset = at == std::string_view::npos
                          ? std::nullopt
                          : parse_decimal<std::size_t>(message.substr(at + 4));
  const std::size_t line = line_at(text, std::min(offset.value_or(0), text.size()));
  return {ErrorKind::Malformed,
          fmt::format("the template's line {}: {}", line, message.substr(0, at))};
}

// Mustache itself renders a name it does not know as nothing: a route would silently be missing.
Result<void> check_names(std::string_view text) {
  NameCheck names;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const std::size_t line = line_at(text, at);
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) {
      return fail(ErrorKind::Malformed,
                  fmt::format("the template's line {}: '{{{{' is never closed by '}}}}'", line));
    }
    const std::string complaint = names.complaint(text.substr(at + 2, end - at - 2));
    if (!complaint.empty()) {
      return fail(ErrorKind::Malformed, fmt::format("the template's line {}: {}", line, complaint));
    }
    at = end + 2;
  }
  return {};
}

}  // namespace

std::string_view shipped_client_template() { return embedded::client_template; }

Result<std::string> render_client(std::string_view text, const ClientFacts& facts) {
  if (const Result<void> named = check_names(text); !named) return fail(named.error());
  mustache compiled{std::string{text}};
  if (!compiled.is_valid()) return fail(no_mustache(text, compiled.error_message()));
  // Values are typed and never text: there is nothing to escape.
  compiled.set_custom_escape([](const std::string& value) { return value; });
  std::string rendered = compiled.render(values_of(facts));
  if (!compiled.is_valid()) return fail(no_mustache(text, compiled.error_message()));
  return rendered;
}

}  // namespace peerlab::bird
