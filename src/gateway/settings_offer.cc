#include "gateway/settings_offer.h"

#include <fmt/format.h>

#include "gateway/settings_pools.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;

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

std::optional<Offer> read_offer(SettingsReader& reader, const SettingsFile& settings) {
  const auto pools = read_pools(reader, settings.pools);
  const auto asns = read_asns(reader);
  const auto leases_per_member = reader.number("leases-per-member", 1, 8);
  const auto times = read_times(reader);
  const auto platform_asn = asns ? read_platform_asn(reader, *asns) : std::nullopt;
  if (reader.error() || !pools || !leases_per_member || !times || !platform_asn)
    return std::nullopt;
  const std::vector<std::string> audiences = reader.texts("audience");
  return Offer{{.name = reader.text("platform-name"),
                .asn = *platform_asn,
                .pool = pools->all_blocks(),
                .issuer = reader.text("issuer"),
                .audience = audiences.empty() ? "" : audiences.front(),
                .cli_client_id = reader.text("cli-client-id"),
                .portal_client_id = reader.text("portal-client-id"),
                .login_server = reader.text("login-server"),
                .sites = settings.sites,
                .communities = wire::communities_of(*platform_asn),
                .pools = pools->described()},
               {.asns = *asns,
                .pool = pools->standard,
                .leases_per_member_max = *leases_per_member,
                .cool_down = times->cool_down,
                .cool_down_floor = times->cool_down_floor},
               times->leased_hour,
               pools->named,
               reader.find("roa-file") != nullptr};
}

}  // namespace peerlab::gateway
