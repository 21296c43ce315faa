#include "gateway/start_log.h"

#include <fmt/format.h>

#include "base/log.h"

namespace peerlab::gateway {

void log_start(const Settings& settings, std::uint16_t port) {
  const Offer& offer = settings.offer;
  const AllocationRules& rules = offer.rules;
  log(LogLevel::Info, "ASN pool " + rules.asns.text() + ": " + rules.asns.description());
  for (const NamedPool& pool : offer.named_pools) {
    log(LogLevel::Info, fmt::format("prefix pool '{}': {} /48s", pool.name, pool.blocks.size()),
        {{"reserved_for", fmt::format("{}", fmt::join(pool.reserved_for, ","))}});
  }
  log(LogLevel::Info, fmt::format("prefix pool: {} /48s", rules.pool.size()),
      {{"leases_per_member", rules.leases_per_member_max},
       {"cool_down_seconds", rules.cool_down.count()}});
  if (offer.leased_hour != std::chrono::hours{1}) {
    log(LogLevel::Warning, fmt::format("one leased hour lasts {} s; every time stays true UTC",
                                       offer.leased_hour.count()));
  }
  for (const std::string& warning : settings.warnings) log(LogLevel::Warning, warning);
  log(LogLevel::Info, "listening",
      {{"version", PEERLAB_VERSION},
       {"address", settings.address},
       {"port", port},
       {"issuer", settings.token_rules.issuer},
       {"database",
        settings.ledger.url.empty() ? settings.ledger.file.string() : "a PostgreSQL server"},
       {"agent_keys", settings.agent_keys.size()},
       {"operator_keys", settings.operators.keys.size()},
       {"operator_role", settings.operators.role.empty() ? "none" : settings.operators.role},
       {"roa_file", settings.roa_file.empty() ? "none" : settings.roa_file.string()},
       {"email_directory", settings.directory ? settings.directory->url : "none"}});
}

}  // namespace peerlab::gateway
