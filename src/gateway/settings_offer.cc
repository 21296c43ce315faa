#include "gateway/settings_offer.h"

#include <fmt/format.h>

#include "base/file.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;

// A /48 with host bits gets Prefix48's advice.
Result<Ipv6Prefix> parse_block(const std::string& text) {
  if (!text.ends_with("/48")) return Ipv6Prefix::parse(text);
  const Result<Prefix48> exact = Prefix48::parse(text);
  return exact ? Result<Ipv6Prefix>{exact->prefix()} : fail(exact.error());
}

// Each element is judged together with those before it: what is wrong then is its own.
std::optional<PrefixPool> inline_pool(SettingsReader& reader) {
  std::vector<Ipv6Prefix> blocks;
  std::optional<PrefixPool> pool;
  for (const std::string& text : reader.texts("pool")) {
    const std::size_t element = blocks.size();
    const Result<Ipv6Prefix> block = parse_block(text);
    if (block) blocks.push_back(*block);
    const Result<PrefixPool> so_far = block ? PrefixPool::make(blocks) : fail(block.error());
    if (!so_far) {
      reader.refuse("pool", so_far.error().detail, element);
      return std::nullopt;
    }
    pool = *so_far;
  }
  return pool;
}

std::optional<PrefixPool> pool_in_file(SettingsReader& reader) {
  const std::string file = reader.text("prefix-pool-file");
  const Result<std::string> text = read_file(file, 16U << 20U);
  if (!text) {
    reader.refuse("prefix-pool-file", text.error().detail);
    return std::nullopt;
  }
  Result<PrefixPool> pool = PrefixPool::parse_file(*text);
  if (pool) return *std::move(pool);
  reader.refuse("prefix-pool-file", fmt::format("{}, {}", file, pool.error().detail));
  return std::nullopt;
}

void check_infrastructure(SettingsReader& reader, const PrefixPool& pool) {
  const std::vector<std::string> texts = reader.texts("infrastructure");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Result<Ipv6Prefix> prefix = Ipv6Prefix::parse(texts[i]);
    if (!prefix) {
      reader.refuse("infrastructure", prefix.error().detail, i);
      continue;
    }
    for (const Ipv6Prefix& block : pool.blocks()) {
      if (!block.overlaps(*prefix)) continue;
      reader.refuse("infrastructure",
                    fmt::format("{} overlaps {} of the pool: the platform's own prefixes are never "
                                "leased, take it out of one of them",
                                prefix->text(), block.text()),
                    i);
    }
  }
}

std::optional<PrefixPool> read_pool(SettingsReader& reader) {
  const auto said = reader.either("pool", "prefix-pool-file");
  if (!said) {
    reader.refuse(
        "pool",
        "say which /48s may be leased, such as 3fff:100::/40, or name a file of blocks by "
        "--prefix-pool-file");
    return std::nullopt;
  }
  auto pool = *said == "pool" ? inline_pool(reader) : pool_in_file(reader);
  if (pool) check_infrastructure(reader, *pool);
  return pool;
}

std::optional<AsnRange> read_asns(SettingsReader& reader) {
  const auto first = reader.number("asn-pool-start", 1, 4294967294);
  const auto last = reader.number("asn-pool-end", 1, 4294967294);
  if (!first || !last) return std::nullopt;
  const Result<AsnRange> range = AsnRange::make(*first, *last);
  if (range) return *range;
  reader.refuse("asn-pool-end", range.error().detail);
  return std::nullopt;
}

std::optional<Asn> read_platform_asn(SettingsReader& reader, const AsnRange& members) {
  const auto number = reader.number("platform-asn", 1, 4294967294);
  if (!number) return std::nullopt;
  const Result<Asn> asn = Asn::make(*number);
  if (!asn) {
    reader.refuse("platform-asn", asn.error().detail);
  } else if (members.contains(*asn)) {
    reader.refuse("platform-asn",
                  fmt::format("{} lies within the ASN pool {}: a member would get it", asn->text(),
                              members.text()));
  }
  return asn ? std::optional{*asn} : std::nullopt;
}

struct Times {
  std::chrono::seconds leased_hour;
  std::chrono::seconds cool_down;
  std::chrono::seconds cool_down_floor;
};

// A lab compresses its rests with its hours.
std::optional<Times> read_times(SettingsReader& reader) {
  const auto leased_hour = reader.duration("lab-hour");
  const auto cool_down = reader.duration("cool-down");
  if (!leased_hour || !cool_down) return std::nullopt;
  if (*leased_hour < 1s || *leased_hour > 1h) {
    reader.refuse("lab-hour", "write 1s to 1h: a leased hour is never longer than an hour");
  }
  const std::chrono::seconds floor =
      *leased_hour < 1h ? std::min<std::chrono::seconds>(*cool_down, 5min) : 5min;
  if (*cool_down < floor) {
    reader.refuse("cool-down",
                  "write 5m or more: a /48 that comes back sooner inherits its last holder's route "
                  "damping");
  }
  return Times{*leased_hour, *cool_down, floor};
}

}  // namespace

std::optional<Offer> read_offer(SettingsReader& reader, std::vector<wire::PlatformSite> sites) {
  const auto pool = read_pool(reader);
  const auto asns = read_asns(reader);
  const auto leases_per_member = reader.number("leases-per-member", 1, 8);
  const auto times = read_times(reader);
  const auto platform_asn = asns ? read_platform_asn(reader, *asns) : std::nullopt;
  if (reader.error() || !pool || !leases_per_member || !times || !platform_asn) return std::nullopt;
  const std::vector<std::string> audiences = reader.texts("audience");
  return Offer{{.name = reader.text("platform-name"),
                .asn = *platform_asn,
                .pool = pool->blocks(),
                .issuer = reader.text("issuer"),
                .audience = audiences.empty() ? "" : audiences.front(),
                .cli_client_id = reader.text("cli-client-id"),
                .portal_client_id = reader.text("portal-client-id"),
                .login_server = reader.text("login-server"),
                .sites = std::move(sites),
                .communities = wire::communities_of(*platform_asn)},
               {.asns = *asns,
                .pool = *pool,
                .leases_per_member_max = *leases_per_member,
                .cool_down = times->cool_down,
                .cool_down_floor = times->cool_down_floor},
               times->leased_hour};
}

}  // namespace peerlab::gateway
