// One IXP server of a test: a rendered server directory, a BIRD that runs it, a gateway and a
// Headscale that answer what the test wants, and the real peerlab-bird-config between them.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/process.h"
#include "domain/mapping.h"
#include "tests/attack/network_namespace.h"
#include "tests/support/loopback_server.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::generator_test {

inline constexpr std::string_view kAgentKey = "agent-key-for-this-test";
inline constexpr std::string_view kHeadscaleKey = "hskey-api-for-this-test";

// Member `number`: AS65000 + number, 3fff:100:<number>::/48 leased from a minute ago until `end`.
[[nodiscard]] Mapping member(unsigned number, Instant end);
[[nodiscard]] std::string subject_of(unsigned number);
// Their machine as Headscale spells it: node `number`, 100.64.0.<number>, joined by e-mail.
[[nodiscard]] std::string node(unsigned number);
[[nodiscard]] Instant now();
[[nodiscard]] Instant in_an_hour();

// Skips the test where BIRD cannot be given a network namespace of its own: its kernel protocol
// must not write into this machine's table.
#define SKIP_WITHOUT_NAMESPACES()                                           \
  if (!peerlab::generator_test::has_namespaces()) {                         \
    GTEST_SKIP() << "needs root, bird and unshare for a network namespace"; \
  }
[[nodiscard]] bool has_namespaces();

class IxpServer {
 public:
  // Renders, and starts BIRD: in a namespace of its own, or where the test has made wires.
  explicit IxpServer(std::string_view rest_of_site = "",
                     const attack::NetworkNamespace* place = nullptr);
  ~IxpServer();
  IxpServer(const IxpServer&) = delete;
  IxpServer& operator=(const IxpServer&) = delete;

  // What the sources say from now on: members 1 to `count` with a lease until `end`.
  void tell_members(unsigned count, Instant end = in_an_hour());
  void tell_mappings(const std::vector<Mapping>& mappings);
  void tell_nodes(const std::vector<std::string>& nodes);

  // peerlab-bird-config, once; `more` are further flags, or other values of those it has.  Throws
  // where it printed a secret.
  Outcome generate(const std::vector<std::string>& more = {});
  [[nodiscard]] Command command(const std::vector<std::string>& more = {}) const;

  void stop_bird();
  void start_bird();  // from its files, as after a reboot
  void move_to(const attack::NetworkNamespace& place) { place_ = &place; }  // at the next start
  [[nodiscard]] std::filesystem::path bird_socket() const { return folder_ / "bird.ctl"; }
  [[nodiscard]] std::size_t reconfigurations() const;  // how often BIRD was asked, by its own log
  [[nodiscard]] std::string bird_says(const std::string& question) const;  // over its socket

  [[nodiscard]] std::string policy() const;  // "" where there is no file
  [[nodiscard]] std::filesystem::path policy_file() const;
  [[nodiscard]] std::filesystem::path state_directory() const { return folder_ / "state"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  // Files in the server directory, sorted.
  [[nodiscard]] std::vector<std::string> files() const;

  testing_support::LoopbackServer gateway, headscale;

 private:
  testing_support::TemporaryFolder folder_;
  const attack::NetworkNamespace* place_;
  pid_t bird_ = 0;
};

// Does the policy hold member `number`'s session, and their lease?
[[nodiscard]] bool has_session(const std::string& policy, unsigned number);
[[nodiscard]] bool has_lease(const std::string& policy, unsigned number);

}  // namespace peerlab::generator_test
