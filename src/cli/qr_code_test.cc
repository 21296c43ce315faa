#include "cli/qr_code.h"

#include <gtest/gtest.h>

#include <vector>

namespace peerlab::cli {
namespace {

using Modules = std::vector<std::vector<bool>>;  // by row; true is dark

// What a camera sees on a dark terminal: each character is two modules, one above the other.
Modules seen(std::string_view drawing) {
  Modules rows(2);
  while (!drawing.empty()) {
    const std::size_t size = drawing[0] == ' ' || drawing[0] == '\n' ? 1 : 3;
    const std::string_view cell = drawing.substr(0, size);
    drawing.remove_prefix(size);
    if (cell == "\n") {
      rows.resize(rows.size() + 2);
      continue;
    }
    rows[rows.size() - 2].push_back(cell == " " || cell == "▄");
    rows[rows.size() - 1].push_back(cell == " " || cell == "▀");
  }
  rows.resize(rows.size() - 2);
  return rows;
}

// ISO/IEC 18004: the 7x7 square that a camera finds a corner by.
bool finder_at(const Modules& rows, std::size_t top, std::size_t left) {
  for (std::size_t y = 0; y < 7; ++y) {
    for (std::size_t x = 0; x < 7; ++x) {
      const bool border = y == 0 || y == 6 || x == 0 || x == 6;
      const bool heart = y >= 2 && y <= 4 && x >= 2 && x <= 4;
      if (rows[top + y][left + x] != (border || heart)) return false;
    }
  }
  return true;
}

TEST(QrCode, HasAQuietZoneOfFourAndThreeCornersToBeFoundBy) {
  const auto drawing = qr_code("https://id.example/device?user_code=ABCD-EFGH", QrInk::Plain);
  ASSERT_TRUE(drawing);
  const Modules rows = seen(*drawing);
  const std::size_t size = rows[0].size();
  ASSERT_EQ((size - 8 - 17) % 4, 0U);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t edge = 0; edge < 4; ++edge) {
      EXPECT_FALSE(rows[edge][i] || rows[size - 1 - edge][i]);
      EXPECT_FALSE(rows[i][edge] || rows[i][size - 1 - edge]);
    }
  }
  EXPECT_TRUE(finder_at(rows, 4, 4));
  EXPECT_TRUE(finder_at(rows, 4, size - 11));
  EXPECT_TRUE(finder_at(rows, size - 11, 4));
}

TEST(QrCode, InColourIsTheSameDrawingOnAGroundOfItsOwn) {
  const std::string plain = *qr_code("x", QrInk::Plain);
  std::string coloured = *qr_code("x", QrInk::BlackOnWhite);
  for (const std::string_view code : {"\x1b[97;40m", "\x1b[0m"}) {
    for (std::size_t at = 0; (at = coloured.find(code)) != std::string::npos;) {
      coloured.erase(at, code.size());
    }
  }
  EXPECT_EQ(coloured, plain);
}

TEST(QrCode, RefusesWhatFitsIntoNone) {
  EXPECT_EQ(qr_code(std::string(4000, 'x'), QrInk::Plain).error().kind, ErrorKind::OutOfRange);
}

}  // namespace
}  // namespace peerlab::cli
