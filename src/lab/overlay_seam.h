// Where the lab meets the overlay.  Today a bridge; the real Headscale, Tailscale and member links
// take this place without the rest of the lab noticing.
#pragma once

#include <filesystem>
#include <vector>

#include "lab/plan.h"

namespace peerlab::lab {

class Overlay {
 public:
  virtual ~Overlay() = default;
  // Joins every machine of the plan, each under its owner; afterwards the nodes reach one another.
  [[nodiscard]] virtual Result<void> raise() = 0;
  // Ids and addresses as the controller gave them; the stranger is not among them.
  [[nodiscard]] virtual std::vector<OverlayNode> nodes() const = 0;
  // The controller's node list, in Headscale's JSON.
  [[nodiscard]] virtual std::filesystem::path node_list() const = 0;
};

}  // namespace peerlab::lab
