#include "confgen/bird_figures.h"

#include <fmt/format.h>

#include "bird/control_socket.h"

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

std::optional<RejectedRoutes> count_rejected(bird::ControlSocket& bird, const policy::Site& site) {
  const auto all = count(bird, "");
  if (!all) return std::nullopt;
  RejectedRoutes rejected;
  for (const policy::ReasonEntry& entry : policy::all_reasons()) {
    const auto number =
        *all == 0
            ? 0
            : count(bird, fmt::format(" && ({}, {}, {}) ~ bgp_large_community", site.asn.number(),
                                      policy::kReasonFunction, policy::number_of(entry.reason)));
    if (!number) return std::nullopt;
    rejected[entry.reason] = *number;
  }
  return rejected;
}

std::optional<PublicRpki> ask_for_rpki(bird::ControlSocket& bird) {
  const Result<bird::Reply> servers = bird.command("show protocols all \"rtr_*\"");
  const Result<bird::Reply> roas = bird.command("show route count table rpki6");
  if (!servers || !servers->ok() || !roas) return std::nullopt;
  return PublicRpki{bird::read_rtr_sessions(servers->text()), bird::read_route_count(roas->text())};
}

}  // namespace

std::optional<BirdFigures> ask_for_figures(const std::optional<policy::Site>& site,
                                           const OneShotOptions& options) {
  if (!site) return std::nullopt;
  Result<bird::ControlSocket> bird = bird::ControlSocket::connect(options.bird_socket, kPatience);
  if (!bird) return BirdFigures{};
  BirdFigures figures{count_rejected(*bird, *site)};
  if (!site->rtr.empty()) figures.rpki = ask_for_rpki(*bird);
  return figures;
}

}  // namespace peerlab::confgen
