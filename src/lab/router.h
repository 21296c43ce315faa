// One of the lab's BIRDs, asked over its control socket: what it holds and what it says of its
// sessions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/route.h"

namespace peerlab::lab {

struct SeenRoute {
  std::string protocol;  // who told
  std::string since;     // moves when the route is told anew
  std::vector<std::uint32_t> path;
  std::string origin;  // IGP, EGP, Incomplete
  std::string next_hop;
  std::vector<LargeCommunity> communities;
};

struct SeenSession {
  std::string name;
  std::string state;  // Established, Active, …
  std::string since;
  std::string last_error;
  std::string neighbour;       // its address
  std::uint64_t imported = 0;  // routes of its channel
};

class Router {
 public:
  explicit Router(std::filesystem::path socket) : socket_{std::move(socket)} {}

  [[nodiscard]] bool answers() const;
  // BIRD's answer as text; an answer that says no is an error with BIRD's words.
  [[nodiscard]] Result<std::string> ask(const std::string& command) const;
  // Routes for exactly this prefix; none where it has none.
  [[nodiscard]] Result<std::vector<SeenRoute>> routes(std::string_view prefix) const;
  // The same among those that an import filter refused and `import keep filtered` kept.
  [[nodiscard]] Result<std::vector<SeenRoute>> refused(std::string_view prefix) const;
  // BGP sessions whose name begins so.
  [[nodiscard]] Result<std::vector<SeenSession>> sessions(std::string_view beginning) const;
  [[nodiscard]] Result<void> reconfigure() const;

 private:
  std::filesystem::path socket_;
};

// Readers of BIRD 2's answers (iso long times), apart from the socket so that tests need none.
[[nodiscard]] std::vector<SeenRoute> read_routes(std::string_view answer);
[[nodiscard]] std::vector<SeenSession> read_sessions(std::string_view answer);

}  // namespace peerlab::lab
