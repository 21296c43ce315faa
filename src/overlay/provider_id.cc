// Headscale 0.29's OIDCClaims.Identifier() and Go's net/url, as far as an issuer and a subject
// reach them.
#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"
#include "overlay/headscale.h"

namespace peerlab::overlay {
namespace {

enum class Part { Path, Fragment };

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

int hex_digit(char c) {
  if (c <= '9') return c - '0';
  return (c >= 'a' ? c - 'a' : c - 'A') + 10;
}

bool stays_as_it_is(char c, Part part) {
  const bool unreserved =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  if (unreserved || std::string_view{"-_.~$&+,/:;=@"}.find(c) != std::string_view::npos)
    return true;
  return part == Part::Fragment && std::string_view{"?!()*"}.find(c) != std::string_view::npos;
}

std::string escape(std::string_view text, Part part) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    if (stays_as_it_is(c, part)) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return escaped;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return std::nullopt;
    plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return plain;
}

// May this spelling be kept although Go would spell it otherwise?
bool is_valid_encoding(std::string_view text, Part part) {
  return std::all_of(text.begin(), text.end(), [part](char c) {
    return std::string_view{"!$&'()*+,;=:@[]%"}.find(c) != std::string_view::npos ||
           stays_as_it_is(c, part);
  });
}

// What Go prints for a part that was `raw` in the input and means `plain` now.
std::string spelled(std::string_view raw, const std::string& plain, Part part) {
  const bool kept = is_valid_encoding(raw, part) && unescape(raw) == plain;
  return kept ? std::string{raw} : escape(plain, part);
}

// Non-empty segments without blanks around them.
std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (const std::string_view segment : split(path, '/')) {
    if (!trim(segment).empty()) segments.push_back(trim(segment));
  }
  return segments;
}

std::string joined(const std::vector<std::string_view>& segments) {
  std::string text;
  for (const std::string_view segment : segments) {
    if (!text.empty()) text += '/';
    text += segment;
  }
  return text;
}

struct Url {
  std::string_view origin;  // "https://idp.lab:9443"
  std::string_view path;
  std::string_view query;     // with its '?'
  std::string_view fragment;  // without its '#'
};

std::optional<Url> split_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return std::nullopt;
  const auto [before, fragment] = split_once(text, '#');
  const std::size_t path = before.find_first_of("/?", scheme + 3);
  if (path == std::string_view::npos) return Url{before, {}, {}, fragment};
  const std::size_t query = before.find('?', path);
  const std::size_t path_end = query == std::string_view::npos ? before.size() : query;
  return Url{before.substr(0, path), before.substr(path, path_end - path), before.substr(path_end),
             fragment};
}

std::string clean(std::string_view identifier) {
  identifier = trim(identifier);
  const std::optional<Url> url = split_url(identifier);
  const auto path = url ? unescape(url->path) : std::nullopt;
  const auto fragment = url ? unescape(url->fragment) : std::nullopt;
  if (!path || !fragment) return joined(segments_of(identifier));
  const auto segments = segments_of(*path);
  const std::string cleaned = segments.empty() ? std::string{} : "/" + joined(segments);
  const auto [scheme, rest] = split_once(url->origin, ':');
  std::string text = lowercase(scheme) + ":" + std::string{rest};
  text += spelled(url->path, cleaned, Part::Path);
  text += url->query;
  if (!fragment->empty()) text += "#" + spelled(url->fragment, *fragment, Part::Fragment);
  return text;
}

}  // namespace

std::string provider_id(std::string_view issuer, std::string_view subject) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  if (subject.starts_with('/')) subject.remove_prefix(1);
  return clean(std::string{issuer} + "/" + std::string{subject});
}

}  // namespace peerlab::overlay
