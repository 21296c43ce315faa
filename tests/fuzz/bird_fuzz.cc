// What BIRD's control socket says: every reader takes whatever comes.
#include "bird/shown_protocols.h"
#include "bird/world_gate.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace peerlab;
  const std::string_view answer = fuzz::text_of(data, size);
  (void)bird::read_sessions(answer);
  (void)bird::read_rtr_sessions(answer);
  (void)bird::read_uptime(answer);
  (void)bird::read_route_count(answer);
  return 0;
}
