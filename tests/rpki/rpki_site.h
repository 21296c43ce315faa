// An IXP server as it is rendered, one upstream and stayrtr: real programs in two namespaces.  The
// one member stands in as a static protocol of the session's name.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "confgen/world_gate.h"
#include "tests/attack/running_bird.h"

namespace peerlab::rpki {

struct ToldRoa {
  const char* prefix;
  std::uint32_t origin;
};

inline constexpr std::uint32_t kPlatformAs = 64500, kUpstreamAs = 64496, kOtherAs = 64499;
inline constexpr const char* kMembers = "3fff:100:1::/48";  // announced by the member
inline constexpr const char* kInfrastructure = "3fff:200::/48";
// Announced by the upstream, all originated by kUpstreamAs.
inline constexpr const char* kValid = "2a00:1000::/32";
inline constexpr const char* kInvalid = "2a00:2000::/32";
inline constexpr const char* kUnknown = "2a00:3000::/32";

inline constexpr std::chrono::seconds kRtrExpire{600};  // the least that a server may say

class RpkiSite {
 public:
  // NotFound or NotPermitted where this machine cannot run it.  Without ROAs no RTR server runs
  // yet; `gate_open` is what an earlier BIRD left on disk.  Returns when the upstream has its
  // session.
  static Result<std::unique_ptr<RpkiSite>> start(const std::vector<ToldRoa>& roas,
                                                 bool gate_open = false);

  // Replaces the ROAs, and starts stayrtr where it does not run.
  void publish(const std::vector<ToldRoa>& roas);
  void publish_document(const std::string& json);
  void kill_rtr() { rtr_.reset(); }
  // One look of the generator's: what it would tell on stderr.
  std::vector<std::string> tend();

  [[nodiscard]] std::set<std::string> from_upstream();  // what the IXP server accepted
  [[nodiscard]] std::set<std::string> to_upstream();    // what the upstream has of ours
  [[nodiscard]] std::string session_since();            // of the upstream, at the IXP server
  [[nodiscard]] attack::RunningBird& ixp() { return *ixp_; }

 private:
  RpkiSite(attack::NetworkNamespace ixp, attack::NetworkNamespace upstream);
  [[nodiscard]] Result<void> start_birds(bool gate_open);

  attack::NetworkNamespace ixp_place_, upstream_place_;
  testing_support::TemporaryFolder folder_;
  policy::Site site_;
  std::unique_ptr<attack::RunningBird> ixp_, upstream_;
  std::optional<attack::Daemon> rtr_;
};

// True as soon as it is so; false where it is not within `patience`.
[[nodiscard]] bool eventually(const std::function<bool()>& is_so,
                              std::chrono::milliseconds patience);

}  // namespace peerlab::rpki
