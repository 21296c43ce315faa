#include "client/member_facts.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "http/client.h"

namespace peerlab::client {
namespace {

// Every address of this machine, of both families, as text.
std::set<std::string> machine_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> guard{list, &::freeifaddrs};
  std::set<std::string> addresses;
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    char text[INET6_ADDRSTRLEN] = "";
    if (one->ifa_addr->sa_family == AF_INET) {
      const auto* const address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
      ::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
    } else if (one->ifa_addr->sa_family == AF_INET6) {
      const auto* const address = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr);
      ::inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof text);
    }
    addresses.insert(text);
  }
  return addresses;
}

template <class Address>
Result<Address> own_address(const std::string& given, std::string_view flag,
                            std::string_view range) {
  if (!given.empty()) {
    Result<Address> address = Address::parse(given);
    if (!address) {
      return fail(ErrorKind::OutOfRange, fmt::format("{}: {}", flag, address.error().detail));
    }
    if (address->in_overlay()) return address;
    return fail(ErrorKind::OutOfRange, fmt::format("{}: {} is not inside {}", flag, given, range));
  }
  std::vector<Address> found;
  for (const std::string& text : machine_addresses()) {
    const Result<Address> address = Address::parse(text);
    if (address && address->in_overlay()) found.push_back(*address);
  }
  if (found.size() == 1) return found.front();
  return fail(ErrorKind::NotFound,
              fmt::format("this machine has {} addresses inside {}: join the overlay, or say which "
                          "one with {}",
                          found.empty() ? "no" : "several", range, flag));
}

// Whatever is wrong in it is the platform's fault and not the member's.
Result<wire::Platform> read_platform(std::string_view text) {
  Result<wire::Platform> platform = wire::parse_platform(text);
  if (platform) return platform;
  return fail(ErrorKind::Unprocessable, "the platform's facts: " + platform.error().detail);
}

}  // namespace

Result<std::vector<Prefix48>> parse_prefix_list(std::string_view text) {
  std::vector<Prefix48> prefixes;
  if (trim(text).empty()) return prefixes;
  for (const std::string_view element : split(text, ',')) {
    const Result<Prefix48> prefix = Prefix48::parse(trim(element));
    if (!prefix) return fail(prefix.error());
    if (std::find(prefixes.begin(), prefixes.end(), *prefix) == prefixes.end()) {
      prefixes.push_back(*prefix);
    }
  }
  return prefixes;
}

Result<OverlayAddresses> overlay_addresses(const std::string& ipv4, const std::string& ipv6) {
  const auto four = own_address<Ipv4>(ipv4, "--overlay-ipv4", "100.64.0.0/10");
  if (!four) return fail(four.error());
  const auto six = own_address<Ipv6>(ipv6, "--overlay-ipv6", "fd7a:115c:a1e0::/48");
  if (!six) return fail(six.error());
  return OverlayAddresses{*four, *six};
}

Result<wire::Platform> platform_facts(const std::string& api_url,
                                      const std::filesystem::path& file) {
  if (!file.empty()) {
    const Result<std::string> text = read_file(file, 1U << 20U);
    return text ? read_platform(*text) : fail(text.error());
  }
  if (!api_url.starts_with("https://") && !api_url.starts_with("http://")) {
    return fail(ErrorKind::OutOfRange,
                "say where the platform is: --api-url https://... or PEERLAB_API_URL");
  }
  http::ClientRequest request;
  request.url =
      (api_url.ends_with('/') ? api_url.substr(0, api_url.size() - 1) : api_url) + "/api/platform";
  const Result<http::ClientResponse> answer = http::Client{}.send(request);
  if (!answer && answer.error().kind == ErrorKind::Malformed) {
    return fail(ErrorKind::OutOfRange, "--api-url or PEERLAB_API_URL: " + answer.error().detail);
  }
  if (!answer) return fail(answer.error());
  if (answer->status != 200) {
    return fail(
        ErrorKind::Unavailable,
        fmt::format("{} answered {} instead of the platform's facts", request.url, answer->status));
  }
  return read_platform(answer->body);
}

Result<std::vector<bird::ClientSite>> client_sites(const wire::Platform& platform) {
  std::vector<bird::ClientSite> sites;
  for (const wire::PlatformSite& site : platform.sites) {
    const Result<policy::Label> name = policy::Label::parse(site.name);
    if (!name) {
      return fail(ErrorKind::Unprocessable, "the platform's facts: " + name.error().detail);
    }
    const auto same = [&](const bird::ClientSite& other) { return other.name == *name; };
    if (const auto other = std::ranges::find_if(sites, same); other != sites.end()) {
      return fail(
          ErrorKind::Unprocessable,
          fmt::format("the platform's facts: sites {} and {} are both named {} ({} and {}): "
                      "tell the platform's operator",
                      other - sites.begin() + 1, sites.size() + 1, site.name,
                      other->overlay_ipv4.text(), site.overlay_ipv4.text()));
    }
    sites.push_back({*name, site.overlay_ipv4, site.overlay_ipv6});
  }
  if (!sites.empty()) return sites;
  return fail(ErrorKind::NotFound, "the platform names no IXP server yet: ask its operator");
}

}  // namespace peerlab::client
