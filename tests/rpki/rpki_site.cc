#include "tests/rpki/rpki_site.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "base/file.h"
#include "bird/render.h"
#include "tests/bird/by_hand.h"
#include "tests/support/facts/facts.h"

namespace peerlab::rpki {
namespace {

using namespace std::chrono_literals;
using attack::Daemon;
using attack::NetworkNamespace;
using attack::RunningBird;

constexpr std::uint32_t kMembersAs = 65000;
constexpr std::uint16_t kPort = 3323;

policy::Site site() {
  policy::Site site = testing_support::small_site();
  site.upstreams = {{*policy::Label::parse("transit"),
                     *Asn::make(kUpstreamAs),
                     *Ipv6::parse("2001:db8:ff::2"),
                     *Ipv6::parse("2001:db8:ff::1"),
                     {}}};
  site.rtr = {{*policy::Label::parse("one"), *Ipv4::parse("127.0.0.1"), kPort}};
  return site;
}

attack::Files ixp_files(const policy::Site& site, bool gate_open) {
  const policy::Rule member = testing_support::rule(17, "alice", kMembersAs);
  const policy::Policy policy{{member}, {testing_support::row(kMembers, kMembersAs)}};
  const std::string announcement = fmt::format(
      "protocol static peerlab_n17_1 {{ ipv6 {{ import where peerlab_judge({0}, {1}); }};\n"
      "  route {2} unreachable {{ bgp_path.empty; bgp_path.prepend({0}); }};\n}}\n",
      kMembersAs, member.next_hop.text(), kMembers);
  return {{"bird.conf", bird::render_server(site) + announcement},
          {"peerlab.conf", bird::by_hand("peerlab.conf", bird::fixed_part())},
          {"peerlab_site.conf", bird::render_site(site)},
          {"peerlab_generated.conf", bird::render_sessions(policy)},
          {std::string{bird::kGateFile}, bird::render_gate(gate_open)}};
}

attack::Files upstream_files() {
  return {{"bird.conf",
           fmt::format("router id 192.0.2.5;\nlog stderr all;\nprotocol device {{}}\n"
                       "protocol static world {{ ipv6;\n"
                       "  route {} unreachable; route {} unreachable; route {} unreachable;\n}}\n"
                       "protocol bgp ixp {{ local 2001:db8:ff::2 as {}; neighbor 2001:db8:ff::1 as "
                       "{};\n  strict bind on; connect delay time 1; connect retry time 1;\n"
                       "  ipv6 {{ import all; export where source = RTS_STATIC; }};\n}}\n",
                       kValid, kInvalid, kUnknown, kUpstreamAs, kPlatformAs)}};
}

std::set<std::string> prefixes(RunningBird& bird, const std::string& question) {
  std::set<std::string> found;
  for (const bird::ShownRoute& shown : bird::shown_routes(bird.ask(question))) {
    found.insert(shown.route.prefix.text());
  }
  return found;
}

}  // namespace

RpkiSite::RpkiSite(NetworkNamespace ixp, NetworkNamespace upstream)
    : ixp_place_{std::move(ixp)}, upstream_place_{std::move(upstream)}, site_{site()} {}

Result<std::unique_ptr<RpkiSite>> RpkiSite::start(const std::vector<ToldRoa>& roas,
                                                  bool gate_open) {
  if (!run({{"stayrtr", "-version"}})) {
    return fail(ErrorKind::NotFound, "this machine has no RTR server: apt-get install stayrtr");
  }
  auto ixp = NetworkNamespace::make();
  auto upstream = NetworkNamespace::make();
  if (!ixp || !upstream) return fail(ixp ? upstream.error() : ixp.error());
  std::unique_ptr<RpkiSite> made{new RpkiSite{std::move(*ixp), std::move(*upstream)}};
  if (!roas.empty()) {
    made->publish(roas);
    std::this_thread::sleep_for(300ms);  // BIRD asks once, and then only after 10 s
  }
  if (const auto started = made->start_birds(gate_open); !started) return fail(started.error());
  if (!eventually([&] { return made->ixp_->established("upstream_transit"); }, 15s)) {
    return fail(ErrorKind::Internal, "the upstream has no session: " + made->ixp_->log());
  }
  return made;
}

Result<void> RpkiSite::start_birds(bool gate_open) {
  const auto wired = attack::ip_batch(
      ixp_place_, fmt::format("link add overlay0 type bridge\n"
                              "addr add fd7a:115c:a1e0::1/48 dev overlay0\n"
                              "link set overlay0 up\n"
                              "link add transit type veth peer name ixp netns {}\n"
                              "addr add 2001:db8:ff::1/64 dev transit\nlink set transit up\n",
                              upstream_place_.path()));
  if (!wired) return wired;
  const auto there =
      attack::ip_batch(upstream_place_, "addr add 2001:db8:ff::2/64 dev ixp\nlink set ixp up\n");
  if (!there) return there;
  auto upstream = RunningBird::start(upstream_place_, upstream_files());
  if (!upstream) return fail(upstream.error());
  auto ixp = RunningBird::start(ixp_place_, ixp_files(site_, gate_open));
  if (!ixp) return fail(ixp.error());
  upstream_ = std::move(*upstream);
  ixp_ = std::move(*ixp);
  return {};
}

void RpkiSite::publish(const std::vector<ToldRoa>& roas) {
  std::string text;
  for (const ToldRoa& roa : roas) {
    text += fmt::format(R"({}{{"prefix":"{}","maxLength":48,"asn":"AS{}","ta":"test"}})",
                        text.empty() ? "" : ",", roa.prefix, roa.origin);
  }
  publish_document(R"({"metadata":{"buildtime":"2026-11-24T00:00:00Z"},"roas":[)" + text + "]}\n");
}

void RpkiSite::publish_document(const std::string& json) {
  const std::filesystem::path file = folder_ / "roas.json";
  ASSERT_TRUE(write_file(file, json));
  if (rtr_) {
    ASSERT_EQ(::kill(rtr_->pid(), SIGHUP), 0);
    return;
  }
  auto started = Daemon::start(
      ixp_place_,
      {"stayrtr", "-bind", fmt::format("127.0.0.1:{}", kPort), "-cache", file.string(),
       "-checktime=false", "-metrics.addr", "", "-rtr.expire", std::to_string(kRtrExpire.count())},
      folder_ / "stayrtr.log");
  ASSERT_TRUE(started) << started.error().detail;
  rtr_.emplace(std::move(*started));
}

std::vector<std::string> RpkiSite::tend() {
  confgen::OneShotOptions options;
  options.output_file = ixp_->folder() / "peerlab_generated.conf";
  options.bird_socket = ixp_->folder() / "bird.ctl";
  return confgen::tend_world_gate(site_, options);
}

std::set<std::string> RpkiSite::from_upstream() {
  return prefixes(*ixp_, "show route table master6 protocol upstream_transit");
}

std::set<std::string> RpkiSite::to_upstream() {
  return prefixes(*upstream_, "show route table master6 protocol ixp");
}

std::string RpkiSite::session_since() {
  const std::string answer = ixp_->ask("show protocols upstream_transit");
  return answer.substr(answer.find("upstream_transit"));
}

bool eventually(const std::function<bool()>& is_so, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

}  // namespace peerlab::rpki
