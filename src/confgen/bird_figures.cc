#include "confgen/bird_figures.h"

#include <fmt/format.h>

#include "bird/control_socket.h"

namespace peerlab::confgen {
namespace {

// Who waits for these figures can wait for the next ones: a slow BIRD delays no lease.
constexpr std::chrono::seconds kPatience{2};

// A question makes BIRD walk its whole table, the world's routes too: so many refused routes are
// listed in one instead of counted in one for each reason.
constexpr std::uint64_t kListed = 1000;

constexpr std::string_view kRefused = "filtered table master6 where proto ~ \"peerlab_*\"";

std::optional<std::uint64_t> count(bird::ControlSocket& bird, std::string_view which) {
  const Result<bird::Reply> reply =
      bird.command(fmt::format("show route {}{} count", kRefused, which));
  if (!reply || !reply->ok()) return std::nullopt;
  return bird::read_route_count(reply->text());
}

std::string community_of(policy::Reason reason, const policy::Site& site) {
  return fmt::format("({}, {}, {})", site.asn.number(), policy::kReasonFunction,
                     policy::number_of(reason));
}

std::uint64_t times_in(std::string_view text, std::string_view word) {
  std::uint64_t times = 0;
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) ++times;
  return times;
}

std::optional<RejectedRoutes> count_rejected(bird::ControlSocket& bird, const policy::Site& site) {
  const auto all = count(bird, "");
  if (!all) return std::nullopt;
  std::optional<std::string> listed;
  if (*all == 0) listed = "";
  if (*all > 0 && *all <= kListed) {
    const Result<bird::Reply> reply = bird.command(fmt::format("show route all {}", kRefused));
    if (!reply || !reply->ok()) return std::nullopt;
    listed = reply->text();
  }
  RejectedRoutes rejected;
  for (const policy::ReasonEntry& entry : policy::all_reasons()) {
    const std::string community = community_of(entry.reason, site);
    const auto number = listed
                            ? std::optional{times_in(*listed, community)}
                            : count(bird, fmt::format(" && {} ~ bgp_large_community", community));
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
