#include "ledger/image.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <sstream>

namespace peerlab {
namespace {

// Every kind of value, drawn anew for each row of each table.
std::vector<ImageRow> random_rows(unsigned seed) {
  std::mt19937 random{seed};
  const auto draw = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  std::vector<ImageRow> rows;
  for (const ImageTable& table : image_tables()) {
    for (int n = draw(4); n > 0; --n) {
      ImageRow row{&table, {}};
      for (const ImageColumn& column : table.columns) {
        std::string text;
        const bool bytes = column.type == ColumnType::Bytes;
        for (int i = draw(12); i > 0; --i)
          text += static_cast<char>(bytes ? draw(256) : 1 + draw(127));
        Cell cell;
        if (column.type == ColumnType::Integer)
          cell = static_cast<std::int64_t>(random()) - (1 << 30);
        if (column.type == ColumnType::Boolean) cell = std::int64_t{draw(2)};
        if (column.type == ColumnType::Text || bytes) cell = text;
        if (draw(5) == 0) cell = Cell{};
        row.cells.push_back(cell);
      }
      rows.push_back(row);
    }
  }
  return rows;
}

std::string written(const std::vector<ImageRow>& rows) {
  std::ostringstream out;
  ImageWriter writer{out};
  for (const ImageRow& row : rows) writer.put(row);
  EXPECT_TRUE(writer.finish());
  return out.str();
}

Result<std::uint64_t> read(const std::string& text, std::vector<ImageRow>& rows) {
  std::istringstream in{text};
  return read_image(in, [&](const ImageRow& row) -> Result<void> {
    rows.push_back(row);
    return {};
  });
}

std::string complaint(const std::string& text) {
  std::vector<ImageRow> rows;
  const auto result = read(text, rows);
  return result ? "none" : result.error().detail;
}

const std::string kHeader = "{\"format\":\"peerlab-ledger-1\"}\n";

TEST(Image, ReadsWhatItWrote) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const std::vector<ImageRow> rows = random_rows(seed);
    std::vector<ImageRow> back;
    const auto count = read(written(rows), back);
    ASSERT_TRUE(count) << seed << ": " << count.error().detail;
    ASSERT_EQ(back.size(), rows.size());
    EXPECT_EQ(*count, rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(back[i].table, rows[i].table);
      EXPECT_EQ(back[i].cells, rows[i].cells);
    }
  }
}

TEST(Image, ACutTextIsNoticedWhereverItIsCut) {
  const std::string whole = written(random_rows(7));
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
    EXPECT_NE(complaint(whole.substr(0, length)), "none") << length;
  }
}

TEST(Image, SaysWhichLineIsWrong) {
  EXPECT_EQ(complaint(""), "the export is empty");
  EXPECT_EQ(complaint("SQLite format 3\n"), "line 1: this is no exported ledger");
  EXPECT_EQ(complaint("{\"format\":\"other\"}\n"), "line 1: this is no exported ledger");
  EXPECT_EQ(complaint(kHeader + "{\"table\":\"secrets\"}\n"),
            "line 2: it names no table of a ledger");
  EXPECT_EQ(complaint(kHeader + "{\"table\":\"seal_probe\",\"box\":\"0g\"}\n"),
            "line 2: seal_probe.box is missing or of a wrong type");
  EXPECT_EQ(complaint(kHeader + "{\"table\":\"seal_probe\",\"box\":\"00\",\"more\":1}\n"),
            "line 2: a row of seal_probe has 1 values");
  EXPECT_EQ(complaint(kHeader + "{\"rows\":2}\n"), "line 2: 2 rows were told, 0 came");
  EXPECT_EQ(complaint(kHeader + "{\"rows\":0}\n{}\n"),
            "line 3: more follows what was the last line");
}

TEST(Image, WhatTheTakerRefusesIsToldWithItsLine) {
  std::istringstream in{kHeader + "{\"table\":\"seal_probe\",\"box\":\"00\"}\n{\"rows\":1}\n"};
  const auto refused = read_image(in, [](const ImageRow&) -> Result<void> {
    return fail(ErrorKind::Conflict, "the ledger is not empty");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(refused.error().detail, "line 2: the ledger is not empty");
}

}  // namespace
}  // namespace peerlab
