#include "tests/support/random_text.h"

namespace peerlab::testing_support {

std::string random_text(std::mt19937_64& random, std::string_view alphabet, std::size_t most) {
  std::string text(random() % (most + 1), '\0');
  for (char& letter : text) letter = alphabet[random() % alphabet.size()];
  return text;
}

std::string mutated(std::mt19937_64& random, std::string text) {
  for (std::size_t left = 1 + random() % 3; left > 0; --left) {
    const std::size_t at = text.empty() ? 0 : random() % text.size();
    const char byte = static_cast<char>(random());
    switch (text.empty() ? 2 : random() % 3) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.erase(at, 1);
        break;
      default:
        text.insert(at, 1, byte);
    }
  }
  return text;
}

}  // namespace peerlab::testing_support
