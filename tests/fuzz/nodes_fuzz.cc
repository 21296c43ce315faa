// Headscale's node list, of any version.
#include "overlay/headscale.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace peerlab;
  const auto nodes = overlay::parse_nodes(fuzz::text_of(data, size));
  if (!nodes) fuzz::promise(!nodes.error().detail.empty());
  return 0;
}
