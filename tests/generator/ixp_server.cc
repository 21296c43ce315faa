#include "tests/generator/ixp_server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "bird/control_socket.h"
#include "wire/mapping_document.h"

namespace peerlab::generator_test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing_support::http_answer;

constexpr std::string_view kProgram = PEERLAB_BINARY_DIR "/bin/peerlab-bird-config";

constexpr std::string_view kSite = R"(name = "ams01"
asn = 64500
router_id = "192.0.2.1"
overlay_ipv4 = "100.64.0.200"
overlay_ipv6 = "fd7a:115c:a1e0::200"
pool = ["3fff:100::/32"]
infrastructure = ["3fff:200::/48"]
)";

std::string prefix_of(unsigned number) { return fmt::format("3fff:100:{:x}::/48", number); }

template <class T>
T checked(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail + " " + result.error().cause);
  return std::move(*result);
}

void write(const fs::path& file, std::string_view text, mode_t mode = 0644) {
  const Result<void> written = write_file(file, text, mode);
  if (!written) throw std::runtime_error(written.error().detail);
}

}  // namespace

Instant now() { return SystemClock{}.now(); }
Instant in_an_hour() { return now() + 1h; }

std::string subject_of(unsigned number) { return fmt::format("auth0|member-{}", number); }

Mapping member(unsigned number, Instant end) {
  const Subject subject = *Subject::parse(subject_of(number));
  Mapping mapping{UserHash::of(subject), *Asn::make(65000 + number), {}, subject};
  mapping.leases.push_back(
      {*Prefix48::parse(prefix_of(number)), *LeaseWindow::make(now() - 1min, end)});
  mapping.email = fmt::format("member-{}@example.org", number);
  return mapping;
}

std::string node(unsigned number) {
  return fmt::format(
      R"({{"id":"{0}","ipAddresses":["100.64.0.{0}","fd7a:115c:a1e0::{0:x}"],"name":"m{0}",)"
      R"("user":{{"id":"{0}","name":"m{0}","email":"Member-{0}@Example.org","providerId":""}},)"
      R"("lastSeen":"2026-11-23T08:00:00.123Z","expiry":null,"tags":[]}})",
      number);
}

bool has_namespaces() {
  if (::geteuid() != 0) return false;
  const auto probe = run({{"unshare", "-n", "bird", "--version"}});
  return probe && probe->ok();
}

IxpServer::IxpServer(std::string_view rest_of_site, const attack::NetworkNamespace* place)
    : place_{place} {
  write(folder_ / "site.toml", std::string{kSite} + std::string{rest_of_site});
  write(folder_ / "agent.key", kAgentKey, 0600);
  write(folder_ / "headscale.key", kHeadscaleKey, 0600);
  const Outcome rendered =
      checked(run({{std::string{kProgram}, "render", "--site", (folder_ / "site.toml").string(),
                    "--out", (folder_ / "bird").string()}}));
  if (!rendered.ok()) throw std::runtime_error(rendered.errors);
  start_bird();
}

IxpServer::~IxpServer() { stop_bird(); }

void IxpServer::start_bird() {
  const std::string config = folder_ / "bird/bird.conf";
  if (place_ != nullptr) {
    const attack::Standing there{*place_};
    bird_ = checked(
        start({{"bird", "-f", "-c", config, "-s", bird_socket().string()}}, folder_ / "bird.log"));
  } else {
    bird_ = checked(start({{"unshare", "-n", "sh", "-c", "ip link set lo up; exec bird \"$@\"",
                            "bird", "-f", "-c", config, "-s", bird_socket().string()}},
                          folder_ / "bird.log"));
  }
  for (int left = 200; !bird::ControlSocket::connect(bird_socket(), 1s); --left) {
    if (left == 0)
      throw std::runtime_error("BIRD does not start: " + *read_file(folder_ / "bird.log"));
    std::this_thread::sleep_for(25ms);
  }
}

void IxpServer::stop_bird() {
  if (bird_ == 0) return;
  ::kill(bird_, SIGTERM);
  ::waitpid(bird_, nullptr, 0);
  bird_ = 0;
}

void IxpServer::tell_members(unsigned count, Instant end) {
  std::vector<Mapping> mappings;
  std::vector<std::string> nodes;
  for (unsigned number = 1; number <= count; ++number) {
    mappings.push_back(member(number, end));
    nodes.push_back(node(number));
  }
  tell_mappings(mappings);
  tell_nodes(nodes);
}

void IxpServer::tell_mappings(const std::vector<Mapping>& mappings) {
  gateway.answer(http_answer("200 OK", wire::encode(mappings)));
}

void IxpServer::tell_nodes(const std::vector<std::string>& nodes) {
  headscale.answer(
      http_answer("200 OK", fmt::format(R"({{"nodes":[{}]}})", fmt::join(nodes, ","))));
}

Command IxpServer::command(const std::vector<std::string>& more) const {
  Command command{{std::string{kProgram},
                   "--site",
                   (folder_ / "site.toml").string(),
                   "--peerlab-agent-key-file",
                   (folder_ / "agent.key").string(),
                   "--headscale-api-key-file",
                   (folder_ / "headscale.key").string(),
                   "--peerlab-gateway-url",
                   gateway.url("/service/mappings"),
                   "--headscale-api-url",
                   headscale.url("/api/v1/node"),
                   "--output-file",
                   policy_file().string(),
                   "--bird-config",
                   (folder_ / "bird/bird.conf").string(),
                   "--bird-socket",
                   bird_socket().string(),
                   "--state-directory",
                   state_directory().string(),
                   "--source-timeout",
                   "1"}};
  for (std::size_t i = 0; i < more.size(); ++i) {
    const auto given = std::ranges::find(command.argv, more[i]);
    if (given != command.argv.end() && i + 1 < more.size()) {
      *(given + 1) = more[++i];
    } else {
      command.argv.push_back(more[i]);
    }
  }
  return command;
}

Outcome IxpServer::generate(const std::vector<std::string>& more) {
  Outcome outcome = checked(run(command(more), 30s));
  for (const std::string_view secret : {kAgentKey, kHeadscaleKey}) {
    if ((outcome.output + outcome.errors).find(secret) != std::string::npos) {
      throw std::runtime_error("it printed a secret: " + outcome.errors);
    }
  }
  return outcome;
}

std::size_t IxpServer::reconfigurations() const {
  std::size_t count = 0;
  const std::string log = *read_file(folder_ / "bird.log");
  for (const std::string_view line : split(log, '\n')) {
    if (line.ends_with("> Reconfiguring")) ++count;
  }
  return count;
}

std::string IxpServer::bird_says(const std::string& question) const {
  auto bird = checked(bird::ControlSocket::connect(bird_socket()));
  return checked(bird.command(question)).text();
}

fs::path IxpServer::policy_file() const { return folder_ / "bird/peerlab_generated.conf"; }
std::string IxpServer::policy() const { return read_file(policy_file()).value_or(""); }

std::vector<std::string> IxpServer::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{folder_ / "bird"}) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

bool has_session(const std::string& policy, unsigned number) {
  return policy.find(fmt::format("neighbor range 100.64.0.{}/32 as {};", number, 65000 + number)) !=
         std::string::npos;
}

bool has_lease(const std::string& policy, unsigned number) {
  return policy.find(fmt::format("route {} max 48 as {};", prefix_of(number), 65000 + number)) !=
         std::string::npos;
}

}  // namespace peerlab::generator_test
