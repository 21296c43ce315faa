#include "gateway/routes.h"

#include <array>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

using http::Method;

constexpr std::array kMemberRoutes{
    Route<Member>{Method::Get, "/api/user/info", &show_member},
    Route<Member>{Method::Get, "/api/user/stream", &stream_holdings},
    Route<Member>{Method::Post, "/api/user/asn", &assign_asn},
    Route<Member>{Method::Post, "/api/user/prefix", &lease_prefix},
    Route<Member>{Method::Delete, "/api/user/prefix/{prefix}", &revoke_prefix},
    Route<Member>{Method::Post, "/api/user/prefix/{prefix}/renew", &renew_prefix},
    Route<Member>{Method::Put, "/api/user/prefix/{prefix}/rpki", &switch_rpki},
    Route<Member>{Method::Get, "/api/user/events", &list_events},
};

constexpr std::array kOperatorRoutes{
    Route<Operator>{Method::Get, "/operator/members", &list_members},
    Route<Operator>{Method::Get, "/operator/members/{user_hash}", &show_any_member},
    Route<Operator>{Method::Delete, "/operator/members/{user_hash}", &forget_member},
    Route<Operator>{Method::Post, "/operator/members/{user_hash}/suspend", &suspend_member},
    Route<Operator>{Method::Post, "/operator/members/{user_hash}/resume", &resume_member},
    Route<Operator>{Method::Put, "/operator/members/{user_hash}/quota", &set_quota},
    Route<Operator>{Method::Get, "/operator/leases", &list_leases},
    Route<Operator>{Method::Delete, "/operator/leases/{prefix}", &end_lease},
    Route<Operator>{Method::Get, "/operator/audit", &list_audit},
    Route<Operator>{Method::Get, "/operator/audit/verify", &verify_audit},
    Route<Operator>{Method::Get, "/operator/pools", &show_pools},
};

constexpr std::array kAgentRoutes{
    Route<Agent>{Method::Get, "/service/mappings", &list_mappings},
    Route<Agent>{Method::Get, "/service/mappings/{user_hash}", &show_mapping},
};

constexpr std::array kPublicRoutes{
    Route<>{Method::Get, "/api/platform", &show_platform},
    Route<>{Method::Get, "/api/prefixes/{prefix}/holder", &show_holder},
    Route<>{Method::Get, "/health/live", &show_live},
    Route<>{Method::Get, "/health/ready", &show_ready},
    Route<>{Method::Get, "/health/ledger", &show_ledger_health},
    Route<>{Method::Get, "/health/issuer", &show_issuer_health},
    Route<>{Method::Get, "/health/directory", &show_directory_health},
    Route<>{Method::Get, "/version", &show_version},
    Route<>{Method::Get, "/openapi.json", &show_contract},
};

}  // namespace

std::span<const Route<Member>> member_routes() { return kMemberRoutes; }
std::span<const Route<Operator>> operator_routes() { return kOperatorRoutes; }
std::span<const Route<Agent>> agent_routes() { return kAgentRoutes; }
std::span<const Route<>> public_routes() { return kPublicRoutes; }

std::optional<std::string_view> match(std::string_view pattern,
                                      std::span<const std::string> segments) {
  std::string_view captured, rest = pattern.substr(1);
  for (const std::string& segment : segments) {
    const auto [part, after] = split_once(rest, '/');
    if (part.starts_with('{') && !segment.empty()) {
      captured = segment;
    } else if (part != segment || part.empty()) {
      return std::nullopt;
    }
    rest = after;
  }
  return rest.empty() ? std::optional{captured} : std::nullopt;
}

}  // namespace peerlab::gateway
