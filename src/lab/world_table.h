// The upstream's table: every IPv6 range of the npm package @ip-location-db/asn with the AS that
// originates it, as routes of BIRD.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "domain/asn.h"
#include "domain/ipv6_prefix.h"
#include "lab/lab.h"

namespace peerlab::lab {

struct OriginRoute {
  Ipv6Prefix prefix;
  Asn origin;
};

// The fewest prefixes that cover [first, last] and are no longer than /48; what only a longer one
// would cover is left out.
[[nodiscard]] std::vector<Ipv6Prefix> covering_prefixes(const Ipv6& first, const Ipv6& last);

// Reads lines `first,last,asn,name`.  Left out: what is no public ASN (reserved, private,
// documentation), what is outside 2000::/3 or a bogon, what no router takes (shorter than /12), and
// whatever overlaps the lab's own documentation space.
[[nodiscard]] std::vector<OriginRoute> routes_of_csv(std::string_view csv);

// Lines for a static protocol of BIRD; the upstream's own AS is prepended when it exports.
[[nodiscard]] std::string render_table(const std::vector<OriginRoute>& routes);

// An evenly spread handful, for `--table small`.
[[nodiscard]] std::vector<OriginRoute> sample(const std::vector<OriginRoute>& routes,
                                              std::size_t most);

struct WorldFiles {
  std::filesystem::path table;  // to be included by the upstream's BIRD
  std::filesystem::path roas;   // for a sample of it (roa_table.h)
};

// Made once for each content of the package and kept outside the checkout ($PEERLAB_CACHE, else
// $XDG_CACHE_HOME/peerlab, else ~/.cache/peerlab).
[[nodiscard]] Result<WorldFiles> world_files(Table table, const std::filesystem::path& csv);

}  // namespace peerlab::lab
