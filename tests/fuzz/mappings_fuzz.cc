// The gateway's mappings: what was read is written, and read again as it was.
#include "tests/fuzz/target.h"
#include "wire/mapping_document.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace peerlab;
  const auto mappings = wire::parse_mappings(fuzz::text_of(data, size));
  if (!mappings) {
    fuzz::promise(!mappings.error().detail.empty());
    return 0;
  }
  const auto again = wire::parse_mappings(wire::encode(mappings->records));
  fuzz::promise(again.has_value() && again->skipped.empty());
  fuzz::promise(again->records.size() == mappings->records.size());
  return 0;
}
