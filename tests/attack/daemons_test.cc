// The routers that members run: each comes up on the template that deploy/client ships for it,
// announces its lease, and is seen upstream.
#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "bird/client_configuration.h"
#include "tests/attack/outcome.h"

namespace peerlab::attack {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// In each command, %c is the configuration and %d its folder.
struct Speaker {
  const char* name;
  const char* program;        // without it, the test skips
  const char* configuration;  // the template's name without .mustache
  std::vector<std::vector<std::string>> programs;
};

std::ostream& operator<<(std::ostream& out, const Speaker& speaker) { return out << speaker.name; }

const std::vector<Speaker>& speakers() {
  static const std::vector<Speaker> all{
      {"Bird", "bird", "bird.conf", {{"bird", "-f", "-c", "%c", "-s", "%d/ctl"}}},
      {"Frr",
       "/usr/lib/frr/bgpd",
       "frr.conf",
       {{"/usr/lib/frr/zebra", "-S", "-i", "%d/zebra.pid", "-z", "%d/zserv", "--vty_socket", "%d",
         "-P", "0", "--log", "stdout"},
        {"/usr/lib/frr/bgpd", "-S", "-f", "%c", "-i", "%d/bgpd.pid", "-z", "%d/zserv",
         "--vty_socket", "%d", "-P", "0", "--log", "stdout"}}},
      {"GoBgp", "gobgpd", "gobgpd.toml", {{"gobgpd", "-f", "%c"}}},
      // Its unit makes the folder that it locks itself into; here that is a /run of its own.
      {"OpenBgpd",
       "/usr/sbin/bgpd",
       "openbgpd.conf",
       {{"unshare", "-m", "sh", "-c",
         "mount -t tmpfs run /run && mkdir /run/openbgpd && exec /usr/sbin/bgpd -d -f \"$1\"", "sh",
         "%c"}}},
      {"ExaBgp",
       "exabgp",
       "exabgp.conf",
       {{"env", "exabgp.daemon.drop=false", "exabgp.daemon.user=root", "exabgp.api.cli=false",
         "exabgp", "%c"}}}};
  return all;
}

bool installed(const std::string& program) {
  const auto found = run({{"sh", "-c", "command -v \"$1\"", "sh", program}});
  return found && found->ok();
}

class Daemons : public ExchangeTest, public testing::WithParamInterface<Speaker> {
 protected:
  static std::string configuration(const Attacker& who) {
    const fs::path path = fs::path{PEERLAB_SOURCE_DIR} / "deploy/client/templates" /
                          (std::string{GetParam().configuration} + ".mustache");
    const auto text = read_file(path);
    EXPECT_TRUE(text) << path;
    const auto rendered = bird::render_client(
        text.value_or(""),
        {.user_asn = *Asn::make(who.asn),
         .prefixes = {*Prefix48::make(who.prefix)},
         .platform_asn = *Asn::make(kPlatformAs),
         .overlay_ipv4 = *Ipv4::parse(who.address),
         .overlay_ipv6 = who.next_hop,
         .sites = {{exchange().site.name, *Ipv4::parse(kIxp), exchange().site.overlay_ipv6}}});
    EXPECT_TRUE(rendered) << rendered.error().detail;
    return rendered.value_or("");
  }

  // What the configuration's own comments tell its reader to run.
  static void do_as_told(const std::string& rendered) {
    for (const std::string_view line : split(rendered, '\n')) {
      constexpr std::string_view kTold = "#   gobgp ";
      if (!line.starts_with(kTold)) continue;
      EXPECT_TRUE(eventually([&] {
        const auto done =
            run_in(exchange().attackers_place(), {{"sh", "-c", std::string{line.substr(1)}}});
        return done && done->ok();
      })) << line;
    }
  }
};

TEST_P(Daemons, ComesUpAndIsSeenUpstreamAsTheTemplateStands) {
  if (!installed(GetParam().program)) {
    GTEST_SKIP() << "this machine has no " << GetParam().program;
  }
  const Attacker who = exchange().attacker();
  const testing_support::TemporaryFolder folder;
  const std::string rendered = configuration(who);
  const fs::path file = folder / GetParam().configuration;
  ASSERT_TRUE(write_file(file, rendered, 0600));
  std::vector<Daemon> running;
  for (std::vector<std::string> argv : GetParam().programs) {
    for (std::string& word : argv) {
      if (word.starts_with("%c")) word = file.string();
      if (word.starts_with("%d")) word.replace(0, 2, folder.path().string());
    }
    auto daemon = Daemon::start(exchange().attackers_place(), argv, folder / "log");
    ASSERT_TRUE(daemon) << daemon.error().detail;
    running.push_back(std::move(*daemon));
  }
  do_as_told(rendered);
  const std::string protocol = fmt::format("peerlab_n{}_", who.node);
  EXPECT_TRUE(
      eventually([&] { return outcome(exchange(), protocol, who.prefix) == announced(who); }, 20s))
      << outcome(exchange(), protocol, who.prefix) << "\n"
      << read_file(folder / "log").value_or("no log") << exchange().ixp().log();
}

INSTANTIATE_TEST_SUITE_P(OfDebian, Daemons, testing::ValuesIn(speakers()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace peerlab::attack
