#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace peerlab::cli {

enum class QrInk { Plain, BlackOnWhite };

// The text as a QR code of UTF-8 half blocks, two rows of modules a line, with its quiet zone of
// four.  Plain is for dark terminals: light modules are drawn, dark ones are left out.
[[nodiscard]] Result<std::string> qr_code(std::string_view text, QrInk ink);

}  // namespace peerlab::cli
