// The port to whatever tells routers which ROAs there are.
#pragma once

#include <vector>

#include "rpki/roa.h"

namespace peerlab::rpki {

class RoaPublisher {
 public:
  virtual ~RoaPublisher() = default;

  // These and no others from now on, all or nothing: where it fails, what was published before
  // stays.  Routers hear of them within seconds.
  [[nodiscard]] virtual Result<void> publish(const std::vector<Roa>& roas, Instant now) = 0;
};

}  // namespace peerlab::rpki
