// Text that nobody would write, from a seeded generator: what every parser must survive.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace peerlab::testing_support {

// 0 to `most` letters of the alphabet, which must not be empty.
[[nodiscard]] std::string random_text(std::mt19937_64& random, std::string_view alphabet,
                                      std::size_t most);

// The text with one to three bytes replaced, removed or added; any byte may come in.
[[nodiscard]] std::string mutated(std::mt19937_64& random, std::string text);

}  // namespace peerlab::testing_support
