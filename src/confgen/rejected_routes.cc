#include "confgen/rejected_routes.h"

#include <fmt/format.h>

#include "bird/control_socket.h"
#include "bird/world_gate.h"

namespace peerlab::confgen {
namespace {

// Who waits for these figures can wait for the next ones: a slow BIRD delays no lease.
constexpr std::chrono::seconds kPatience{2};

std::optional<std::uint64_t> count(bird::ControlSocket& bird, std::string_view which) {
  const Result<bird::Reply> reply = bird.command(
      fmt::format("show route filtered table master6 where proto ~ \"peerlab_*\"{} count", which));
  if (!reply || !reply->ok()) return std::nullopt;
  return bird::read_route_count(reply->text());
}

std::optional<RejectedRoutes> count_all(const policy::Site& site, const OneShotOptions& options) {
  Result<bird::ControlSocket> bird = bird::ControlSocket::connect(options.bird_socket, kPatience);
  const auto all = bird ? count(*bird, "") : std::nullopt;
  if (!all) return std::nullopt;
  RejectedRoutes rejected;
  for (const policy::ReasonEntry& entry : policy::all_reasons()) {
    const auto number =
        *all == 0
            ? 0
            : count(*bird, fmt::format(" && ({}, {}, {}) ~ bgp_large_community", site.asn.number(),
                                       policy::kReasonFunction, policy::number_of(entry.reason)));
    if (!number) return std::nullopt;
    rejected[entry.reason] = *number;
  }
  return rejected;
}

}  // namespace

std::optional<BirdAsked> count_rejected_routes(const std::optional<policy::Site>& site,
                                               const OneShotOptions& options) {
  if (!site) return std::nullopt;
  return BirdAsked{count_all(*site, options)};
}

}  // namespace peerlab::confgen
