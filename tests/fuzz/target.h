// What libFuzzer calls, and replay.cc in every other build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace peerlab::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A promise that is broken ends the program, so that whoever looks for it sees it.
inline void promise(bool kept) {
  if (!kept) std::abort();
}

}  // namespace peerlab::fuzz
