#include "tests/attack/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/text.h"
#include "tests/bird/live_bird.h"
#include "tests/support/facts/facts.h"

namespace peerlab::attack {
namespace {

using namespace std::chrono_literals;
using testing_support::row;
using testing_support::rule;
using testing_support::bgp::Speaker;

constexpr std::uint32_t kBob = 18, kFirstAttacker = 20, kAttackers = 80;

std::string prefix_of(std::uint32_t node) { return fmt::format("3fff:100:{:x}::/48", node); }
std::string marker_of(std::uint32_t node) { return prefix_of(0x80 + node); }
std::uint32_t asn_of(std::uint32_t node) { return 65100 + node; }

policy::WorldNeighbour neighbour(const char* name, std::uint32_t asn, const char* address,
                                 const char* local) {
  return {*policy::Label::parse(name), *Asn::make(asn), *Ipv6::parse(address), *Ipv6::parse(local),
          std::nullopt};
}

policy::Site site_of_the_exchange() {
  policy::Site site = testing_support::small_site();
  site.upstreams = {neighbour("transit", kUpstreamAs, "2001:db8:ff::2", "2001:db8:ff::1"),
                    neighbour("raw", kRawUpstreamAs, kRawUpstream, kIxpToRawUpstream)};
  site.route_servers = {neighbour("rs1", kRouteServerAs, "2001:db8:fe::2", "2001:db8:fe::1"),
                        neighbour("raw", kRawRouteServerAs, kRawRouteServer, kIxpToRawRouteServer)};
  site.siblings = {{*policy::Label::parse("ams"), *NodeId::make(kRawSiblingNode),
                    *Ipv6::parse(kRawSibling), *Ipv6::parse(kIxpToRawSibling)},
                   {*policy::Label::parse("far"), *NodeId::make(kFarSiblingNode),
                    *Ipv6::parse(kFarSibling), *Ipv6::parse(kIxpToRawSibling)}};
  site.rpki = {{*Ipv6Prefix::parse("3fff:100::/40"), 48, *Asn::make(kPlatformAs)}};
  return site;
}

constexpr const char* kImpatient =
    "strict bind on; connect delay time 1; connect retry time 1; error wait time 1, 2;";

// A neighbour in the world takes everything and announces its static routes.
Files world_bird(const char* router_id, const std::string& session, const std::string& routes) {
  return {{"bird.conf",
           fmt::format("router id {};\nlog stderr all;\nprotocol device {{ scan time 60; }}\n"
                       "protocol static world {{ ipv6;\n{}}}\n"
                       "protocol bgp ixp {{\n  {}\n  {}\n"
                       "  ipv6 {{ import all; export where source = RTS_STATIC; }};\n}}\n",
                       router_id, routes, session, kImpatient)}};
}

Files bobs_bird() {
  return {
      {"bird.conf",
       fmt::format("router id 100.64.0.{0};\nlog stderr all;\nprotocol device {{ scan time 60; }}\n"
                   "protocol static own {{ ipv6; route {1} blackhole; }}\n"
                   "protocol bgp ixp {{\n  local 100.64.0.{0} as {2}; neighbor {3} as {4};\n"
                   "  multihop 1; local role customer; {5}\n"
                   "  ipv6 {{ extended next hop on; next hop address {6}; import table on;\n"
                   "    import all; export where source = RTS_STATIC; }};\n}}\n",
                   kBob, prefix_of(kBob), kBobsAs, kIxp, kPlatformAs, kImpatient,
                   testing_support::overlay_ipv6(kBob).text())}};
}

std::string wire(const std::string& device, const NetworkNamespace& other) {
  return fmt::format("link add {0} type veth peer name ixp netns {1}\nlink set {0} up\n", device,
                     other.path());
}

std::string port(const std::string& device, const NetworkNamespace& other) {
  return fmt::format(
      "link add {0} type veth peer name overlay0 netns {1}\nlink set {0} master overlay0 up\n",
      device, other.path());
}

}  // namespace

bool eventually(const std::function<bool()>& is_so, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (is_so()) return true;
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
}

// The IXP server's, and what it reaches through the attackers' machines: a thousand strangers, who
// are one neighbour of the kernel's, and the place behind their router.  The overlay's interface is
// on no common network, as Tailscale's.
const std::string kAddresses = fmt::format(
    "addr add {}/32 dev overlay0\nroute add 100.64.0.0/10 dev overlay0\n"
    "addr add fd7a:115c:a1e0::1/48 dev overlay0\n"
    "addr add 2001:db8:ff::1/64 dev transit\naddr add 2001:db8:fe::1/64 dev rs\n"
    "addr add {}/64 dev raw\naddr add {}/64 dev raw\naddr add {}/64 dev raw\n"
    "route add 100.65.0.0/16 via 100.64.0.{} dev overlay0 onlink\n"
    "route add 100.66.0.0/16 via 100.64.0.{} dev overlay0 onlink\n"
    "route replace 2001:db8:fa::/64 via {} dev raw\n",
    kIxp, kIxpToRawUpstream, kIxpToRawRouteServer, kIxpToRawSibling, kFirstAttacker, kFirstAttacker,
    kRawSibling);

Exchange::Exchange(bird::Form form, std::vector<NetworkNamespace> places)
    : site{site_of_the_exchange()},
      form_{form},
      ixp_place_{std::move(places[0])},
      upstream_place_{std::move(places[1])},
      route_server_place_{std::move(places[2])},
      bob_place_{std::move(places[3])},
      attackers_{std::move(places[4])},
      far_{std::move(places[5])},
      next_node_{kFirstAttacker} {
  rules.push_back(rule(kBob, "bob", kBobsAs));
  rules.push_back(rule(kFarNode, "far", kFarAs));
  leases.push_back(row(prefix_of(kBob), kBobsAs));
  for (std::uint32_t node = kFirstAttacker; node < kFirstAttacker + kAttackers; ++node) {
    rules.push_back(rule(node, "member" + std::to_string(node), asn_of(node)));
    leases.push_back(row(prefix_of(node), asn_of(node)));
    leases.push_back(row(marker_of(node), asn_of(node)));
  }
}

Result<std::unique_ptr<Exchange>> Exchange::start(bird::Form form) {
  std::vector<NetworkNamespace> places;
  for (int i = 0; i < 6; ++i) {
    auto made = NetworkNamespace::make();
    if (!made) return fail(made.error());
    places.push_back(std::move(*made));
  }
  std::unique_ptr<Exchange> exchange{new Exchange{form, std::move(places)}};
  if (const auto wired = exchange->wire(); !wired) return fail(wired.error());
  if (const auto started = exchange->start_birds(); !started) return fail(started.error());
  return exchange;
}

Result<void> Exchange::wire() {
  const std::string ixp =
      fmt::format("link add overlay0 type bridge\nlink set overlay0 up\naddr add {}/32 dev lo\n",
                  kIxpElsewhere) +
      attack::wire("transit", upstream_place_) + attack::wire("rs", route_server_place_) +
      attack::wire("raw", attackers_) + port("bob", bob_place_) + port("attackers", attackers_) +
      kAddresses;
  std::string attackers = "link set overlay0 up\nlink set ixp up\n";
  for (std::uint32_t node = kFirstAttacker; node < kFirstAttacker + kAttackers; ++node) {
    attackers += fmt::format("addr add 100.64.0.{}/10 dev overlay0\naddr add {}/48 dev overlay0\n",
                             node, testing_support::overlay_ipv6(node).text());
  }
  attackers += fmt::format(
      "addr add fd7a:115c:a1e0::ffff/48 dev overlay0\nroute add local 100.65.0.0/16 dev lo\n"
      "route add {} via {}\n"
      "addr add {}/64 dev ixp\naddr add {}/64 dev ixp\naddr add {}/64 dev ixp\n"
      "{}addr add 100.66.0.254/16 dev far\naddr add 2001:db8:fa::1/64 dev far\n",
      kIxpElsewhere, kIxp, kRawUpstream, kRawRouteServer, kRawSibling, attack::wire("far", far_));
  const std::string far = fmt::format(
      "link set ixp up\naddr add {}/16 dev ixp\naddr add {}/64 dev ixp\n"
      "route add default via 100.66.0.254\nroute add default via 2001:db8:fa::1\n",
      kFar, kFarSibling);
  const std::string bob = fmt::format(
      "addr add 100.64.0.{}/10 dev overlay0\naddr add {}/48 dev overlay0\nlink set overlay0 up\n",
      kBob, testing_support::overlay_ipv6(kBob).text());
  const std::vector<std::pair<const NetworkNamespace*, std::string>> batches{
      {&ixp_place_, ixp},
      {&attackers_, attackers},
      {&far_, far},
      {&bob_place_, bob},
      {&upstream_place_, "addr add 2001:db8:ff::2/64 dev ixp\nlink set ixp up\n"},
      {&route_server_place_, "addr add 2001:db8:fe::2/64 dev ixp\nlink set ixp up\n"}};
  for (const auto& [place, lines] : batches) {
    if (const auto done = ip_batch(*place, lines); !done) return done;
  }
  return {};
}

Files Exchange::server_directory() const {
  return bird::server_directory({rules, leases}, site, form_);
}

void Exchange::publish() { ixp_->configure(server_directory()); }

Result<void> Exchange::start_birds() {
  const auto bring_up = [](std::unique_ptr<RunningBird>& bird, const NetworkNamespace& place,
                           const Files& files) -> Result<void> {
    auto started = RunningBird::start(place, files);
    if (!started) return fail(started.error());
    bird = std::move(*started);
    return {};
  };
  const std::string transit =
      fmt::format("local 2001:db8:ff::2 as {}; neighbor 2001:db8:ff::1 as {}; local role provider;",
                  kUpstreamAs, kPlatformAs);
  const std::string server = fmt::format(
      "local 2001:db8:fe::2 as {}; neighbor 2001:db8:fe::1 as {}; local role rs_server; rs client;",
      kRouteServerAs, kPlatformAs);
  for (const auto& [bird, place, files] :
       {std::tuple{&ixp_, &ixp_place_, server_directory()},
        {&upstream_, &upstream_place_,
         world_bird("192.0.2.5", transit, "  route 2600:1000::/32 unreachable;\n")},
        {&route_server_, &route_server_place_,
         world_bird("192.0.2.6", server,
                    "  route 2600:2000::/32 unreachable { bgp_path.prepend(64505); };\n")},
        {&bob_, &bob_place_, bobs_bird()}}) {
    if (const auto started = bring_up(*bird, *place, files); !started) return started;
  }
  if (eventually([&] { return everybody_is_served(); }, 15s)) return {};
  return fail(ErrorKind::Internal, "the exchange did not come up:\n" +
                                       ixp_->ask("show protocols all") + ixp_->log() + bob_->log());
}

bool Exchange::everybody_is_served() {
  return ixp_->established("upstream_transit") && ixp_->established("rs_rs1") &&
         !upstream_->routes(*Ipv6Prefix::parse(prefix_of(kBob))).empty() &&
         !bob_->routes(*Ipv6Prefix::parse("2600:2000::/32")).empty();
}

void Exchange::start_before_the_addresses() {
  const auto flushed = ip_batch(ixp_place_,
                                "addr flush dev overlay0\naddr flush dev transit\n"
                                "addr flush dev rs\naddr flush dev raw\n");
  ASSERT_TRUE(flushed) << flushed.error().detail;
  ixp_.reset();
  auto started = RunningBird::start(ixp_place_, server_directory());
  ASSERT_TRUE(started) << started.error().detail;
  ixp_ = std::move(*started);
  ASSERT_FALSE(ixp_->ask("show status").empty());
  const auto there = ip_batch(ixp_place_, kAddresses);
  ASSERT_TRUE(there) << there.error().detail;
  EXPECT_TRUE(eventually([&] { return everybody_is_served(); }, 30s)) << ixp_->log();
}

Attacker Exchange::attacker() {
  const std::uint32_t node = next_node_++;
  return {node,
          asn_of(node),
          fmt::format("100.64.0.{}", node),
          testing_support::overlay_ipv6(node),
          *Ipv6Prefix::parse(prefix_of(node)),
          *Ipv6Prefix::parse(marker_of(node))};
}

std::string Exchange::session_of(const Attacker& who) {
  if (form_ == bird::Form::Sessions) return fmt::format("peerlab_n{}_", who.node);
  const std::string shown = ixp_->ask("show protocols all \"peerlab_0*\"");
  const std::string its = "Neighbor address: " + who.address;
  std::string_view name;
  for (const std::string_view line : split(shown, '\n')) {
    if (line.starts_with("peerlab_")) name = split_once(line, ' ').first;
    if (trim(line) == its) return std::string{name};
  }
  return "none";
}

bool Exchange::established(const Attacker& who) { return ixp_->established(session_of(who) + "*"); }

Speaker Exchange::connect(const std::string& from, const std::string& to) {
  const Standing there{attackers_};
  return Speaker{from, to};
}

Speaker Exchange::connect_from_afar(const std::string& from, const std::string& to) {
  const Standing there{far_};
  return Speaker{from, to};
}

std::string Exchange::kernel(const Ipv6Prefix& prefix) {
  const auto shown = run_in(ixp_place_, {{"ip", "-6", "route", "show", prefix.text()}});
  if (!shown) return shown.error().detail;
  if (shown->output.empty()) return "nothing";
  const std::string_view after = split_once(shown->output, ' ').second;
  constexpr std::string_view kVia = "via ";
  if (!after.starts_with(kVia)) return std::string{split_once(shown->output, ' ').first};
  return std::string{split_once(after.substr(kVia.size()), ' ').first};
}

std::map<bird::Form, Result<std::unique_ptr<Exchange>>> ExchangeTest::exchanges_;
bird::Form ExchangeTest::form_;

ExchangeTest::ExchangeTest(bird::Form form) { form_ = form; }

void ExchangeTest::SetUp() {
  if (!exchanges_.contains(form_)) exchanges_.emplace(form_, Exchange::start(form_));
  const auto& started = exchanges_.at(form_);
  if (started) return;
  if (started.error().kind != ErrorKind::Internal) GTEST_SKIP() << started.error().detail;
  FAIL() << started.error().detail;
}

}  // namespace peerlab::attack
