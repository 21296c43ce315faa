// Puts each file of the named folders to the target once.
#include <filesystem>
#include <iostream>

#include "base/file.h"
#include "tests/fuzz/target.h"

int main(int count, char** arguments) {
  std::size_t replayed = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator{arguments[i]}) {
      const auto bytes = peerlab::read_file(entry.path(), 1U << 24U);
      if (!bytes) {
        std::cerr << bytes.error().detail << "\n";
        return 1;
      }
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
      ++replayed;
    }
  }
  std::cout << replayed << " replayed\n";
  return replayed > 0 ? 0 : 1;
}
