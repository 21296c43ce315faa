#include "gateway/settings_url.h"

#include <algorithm>

#include "domain/address.h"

namespace peerlab::gateway {
namespace {

// "[::1]" of "http://[::1]:9000/", "localhost" of "http://localhost".
std::string_view host_of(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_this_machine(std::string_view host) {
  const Result<Ipv4> ipv4 = Ipv4::parse(host);
  return host == "localhost" || host == "[::1]" || (ipv4 && ipv4->number() >> 24U == 127);
}

bool is_plain(std::string_view url) {
  return std::ranges::all_of(url, [](char c) {
    return c > ' ' && c <= '~' && c != '?' && c != '#' && c != '@' && c != '"';
  });
}

}  // namespace

void check_url(SettingsReader& reader, std::string_view name) {
  const std::string url = reader.text(name);
  const bool encrypted = url.starts_with("https://");
  if ((!encrypted && !url.starts_with("http://")) || !is_plain(url) || host_of(url).empty()) {
    reader.refuse(name, "write a whole URL such as https://issuer.example.org/");
  } else if (!encrypted && !is_this_machine(host_of(url)) && !reader.on("insecure-issuer")) {
    reader.refuse(name,
                  "plain HTTP lets anybody on the way answer in its place: write https://, or set "
                  "insecure_issuer = true in a lab");
  }
}

}  // namespace peerlab::gateway
