#include "cli/qr_code.h"

#include <qrencode.h>

#include <memory>

namespace peerlab::cli {
namespace {

constexpr int kQuiet = 4;  // ISO/IEC 18004

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

bool is_light(const QRcode& code, int row, int column) {
  const int y = row - kQuiet, x = column - kQuiet;
  if (y < 0 || x < 0 || y >= code.width || x >= code.width) return true;
  return (code.data[y * code.width + x] & 1U) == 0;
}

}  // namespace

Result<std::string> qr_code(std::string_view text, QrInk ink) {
  const std::string bytes{text};
  const Code code{QRcode_encodeString8bit(bytes.c_str(), 0, QR_ECLEVEL_L), &QRcode_free};
  if (code == nullptr) {
    return fail(ErrorKind::OutOfRange, "the text does not fit into a QR code");
  }
  const int size = code->width + 2 * kQuiet;
  std::string drawing;
  for (int row = 0; row < size; row += 2) {
    if (ink == QrInk::BlackOnWhite) drawing += "\x1b[97;40m";
    for (int column = 0; column < size; ++column) {
      const bool upper = is_light(*code, row, column);
      // The width is odd, so the last line has nothing below it.
      const bool lower = row + 1 < size && is_light(*code, row + 1, column);
      drawing += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
    }
    drawing += ink == QrInk::BlackOnWhite ? "\x1b[0m\n" : "\n";
  }
  return drawing;
}

}  // namespace peerlab::cli
