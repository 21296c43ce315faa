// The overlay as a plain bridge: the true address ranges and the true node list, no encryption and
// no controller.
#pragma once

#include "lab/overlay_seam.h"

namespace peerlab::lab {

class BridgeOverlay final : public Overlay {
 public:
  explicit BridgeOverlay(const Plan& plan);
  [[nodiscard]] Result<void> raise() override;
  [[nodiscard]] std::vector<OverlayNode> nodes() const override { return plan_.known_nodes(); }
  [[nodiscard]] std::filesystem::path node_list() const override;

 private:
  const Plan& plan_;
};

// The node list as Headscale 0.29 spells it (WIRE.md 2.1): ids are strings, unset messages null.
[[nodiscard]] std::string node_list_json(const std::vector<OverlayNode>& nodes);

}  // namespace peerlab::lab
