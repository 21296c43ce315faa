#include "lab/world_table.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdlib>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "lab/roa_table.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kLongest = 48;
constexpr unsigned kShortest = 12;
constexpr std::size_t kSmallTable = 400;
constexpr std::size_t kMostRoas = 20'000;

// The upper 48 bits: the number of the /48 that holds the address.
std::uint64_t number48(const Ipv6& address) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 6; ++i) number = number << 8U | address.bytes()[i];
  return number;
}

bool starts_its_48(const Ipv6& address) {
  return std::all_of(address.bytes().begin() + 6, address.bytes().end(),
                     [](auto b) { return b == 0; });
}

bool ends_its_48(const Ipv6& address) {
  return std::all_of(address.bytes().begin() + 6, address.bytes().end(),
                     [](auto b) { return b == 0xFF; });
}

Ipv6Prefix prefix_of(std::uint64_t number, unsigned length) {
  Ipv6::Bytes bytes{};
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(number >> (40 - 8 * i) & 0xFFU);
  }
  return Ipv6Prefix::containing(Ipv6::from_bytes(bytes), length);
}

// RFC 7607, 5398, 6996, 7300, 6793.
bool is_public(std::uint32_t asn) {
  return Asn::is_usable(asn) && !(asn >= 64496 && asn <= 65551) && asn < 4'200'000'000U;
}

const std::array<Ipv6Prefix, 6>& left_out() {
  static const std::array<Ipv6Prefix, 6> spaces{
      *Ipv6Prefix::parse("2001::/32"),    *Ipv6Prefix::parse("2001:2::/48"),
      *Ipv6Prefix::parse("2001:10::/28"), *Ipv6Prefix::parse("2001:db8::/32"),
      *Ipv6Prefix::parse("2002::/16"),    *Ipv6Prefix::parse("3fff::/20")};
  return spaces;
}

bool is_announceable(const Ipv6Prefix& prefix) {
  static const Ipv6Prefix global = *Ipv6Prefix::parse("2000::/3");
  return prefix.length() >= kShortest && global.contains(prefix) &&
         std::none_of(left_out().begin(), left_out().end(),
                      [&](const Ipv6Prefix& space) { return space.overlaps(prefix); });
}

void add_line(std::string_view line, std::vector<OriginRoute>& routes) {
  const std::vector<std::string_view> fields = split(line, ',');
  if (fields.size() < 3) return;
  const Result<Ipv6> first = Ipv6::parse(fields[0]), last = Ipv6::parse(fields[1]);
  const auto number = parse_decimal<std::uint32_t>(fields[2]);
  if (!first || !last || !number || !is_public(*number)) return;
  const Asn origin = *Asn::make(*number);
  for (const Ipv6Prefix& prefix : covering_prefixes(*first, *last)) {
    if (is_announceable(prefix)) routes.push_back({prefix, origin});
  }
}

fs::path cache_folder() {
  const auto from = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path{value == nullptr ? "" : value};
  };
  if (const fs::path own = from("PEERLAB_CACHE"); !own.empty()) return own;
  if (const fs::path xdg = from("XDG_CACHE_HOME"); !xdg.empty()) return xdg / "peerlab";
  const fs::path home = from("HOME");
  return (home.empty() ? fs::path{"/root"} : home) / ".cache" / "peerlab";
}

}  // namespace

std::vector<Ipv6Prefix> covering_prefixes(const Ipv6& first, const Ipv6& last) {
  std::uint64_t begin = number48(first) + (starts_its_48(first) ? 0 : 1);
  const std::uint64_t end = number48(last) + (ends_its_48(last) ? 1 : 0);
  std::vector<Ipv6Prefix> prefixes;
  while (begin < end) {
    const unsigned aligned = begin == 0 ? kLongest : static_cast<unsigned>(std::countr_zero(begin));
    const unsigned fitting = static_cast<unsigned>(std::bit_width(end - begin)) - 1;
    const unsigned bits = std::min({aligned, fitting, kLongest});
    prefixes.push_back(prefix_of(begin, kLongest - bits));
    begin += std::uint64_t{1} << bits;
  }
  return prefixes;
}

std::vector<OriginRoute> routes_of_csv(std::string_view csv) {
  std::vector<OriginRoute> routes;
  for (std::size_t at = 0; at < csv.size();) {
    const std::size_t end = std::min(csv.find('\n', at), csv.size());
    add_line(csv.substr(at, end - at), routes);
    at = end + 1;
  }
  return routes;
}

std::string render_table(const std::vector<OriginRoute>& routes) {
  std::string text;
  for (const OriginRoute& route : routes) {
    fmt::format_to(std::back_inserter(text), "route {} unreachable {{bgp_path.prepend({});}};\n",
                   route.prefix.text(), route.origin.text());
  }
  return text;
}

std::vector<OriginRoute> sample(const std::vector<OriginRoute>& routes, std::size_t most) {
  if (routes.size() <= most) return routes;
  std::vector<OriginRoute> chosen;
  for (std::size_t i = 0; i < most; ++i) chosen.push_back(routes[i * routes.size() / most]);
  return chosen;
}

Result<WorldFiles> world_files(Table table, const fs::path& csv) {
  const Result<std::string> text = read_file(csv);
  if (!text) return fail(text.error());
  const std::string name = fmt::format("{}-{}", table == Table::Real ? "real" : "small",
                                       sha256_hex(*text).substr(0, 16));
  const fs::path folder = cache_folder() / "table";
  const WorldFiles files{folder / fmt::format("v2-{}.conf", name),
                         folder / fmt::format("v2-{}-roas.json", name)};
  if (fs::exists(files.table) && fs::exists(files.roas)) return files;
  std::error_code error;
  fs::create_directories(folder, error);
  std::vector<OriginRoute> routes = routes_of_csv(*text);
  if (table == Table::Small) routes = sample(routes, kSmallTable);
  if (routes.empty()) {
    return fail(ErrorKind::Malformed, fmt::format("{} holds no route", csv.string()));
  }
  if (const Result<void> written = write_file(files.table, render_table(routes)); !written) {
    return fail(written.error());
  }
  const Result<void> written =
      write_file(files.roas, render_roas(roas_of(sample(routes, kMostRoas))));
  if (!written) return fail(written.error());
  return files;
}

}  // namespace peerlab::lab
