#include "http/request.h"

#include <algorithm>

#include "base/text.h"
#include "http/percent.h"

namespace peerlab::http {
namespace {

// "http://host/path?query" is what a proxy would be sent; the host is of no interest here (RFC
// 9112, 3.2.2), and its path may be left out.
std::string origin_form(std::string_view target) {
  const auto [scheme, rest] = split_once(target, ':');
  const bool http = equal_without_case(scheme, "http") || equal_without_case(scheme, "https");
  if (!http || !rest.starts_with("//")) return std::string{target};
  const auto end = std::min(rest.find_first_of("/?", 2), rest.size());
  if (end == 2) return std::string{target};  // no host: no URI of http (RFC 9110, 4.2.1)
  const std::string_view path = rest.substr(end);
  return std::string{path.starts_with('/') ? "" : "/"}.append(path);
}

Result<std::vector<Parameter>> parse_query(std::string_view text) {
  std::vector<Parameter> parameters;
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty()) continue;
    const auto [raw_name, raw_value] = split_once(pair, '=');
    Result<std::string> name = percent_decode(raw_name, Plus::IsBlank);
    if (!name) return fail(name.error());
    Result<std::string> value = percent_decode(raw_value, Plus::IsBlank);
    if (!value) return fail(value.error());
    parameters.push_back(Parameter{*std::move(name), *std::move(value)});
  }
  return parameters;
}

}  // namespace

Result<Target> parse_target(std::string_view raw) {
  const std::string target = origin_form(raw);
  if (target == "*") return Target{"*", {"*"}, {}};
  if (target.find('#') != std::string::npos || !target.starts_with('/')) {
    return fail(ErrorKind::Malformed, "the request target is no path");
  }
  const auto [path, query] = split_once(target, '?');
  Result<std::vector<Parameter>> parameters = parse_query(query);
  if (!parameters) return fail(parameters.error());
  Target parsed{"/", {}, *std::move(parameters)};
  if (path.size() <= 1) return parsed;
  for (const std::string_view segment : split(path.substr(1), '/')) {
    Result<std::string> decoded = percent_decode(segment, Plus::IsItself);
    if (!decoded) return fail(decoded.error());
    if (!parsed.segments.empty()) parsed.path += '/';
    parsed.path += *decoded;
    parsed.segments.push_back(*std::move(decoded));
  }
  if (parsed.path.find('\0') != std::string::npos) {
    parsed.path = std::string(1, '\0');
    parsed.segments = {parsed.path};
  }
  return parsed;
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  for (const Parameter& one : query) {
    if (one.name == name) return one.value;
  }
  return std::nullopt;
}

}  // namespace peerlab::http
