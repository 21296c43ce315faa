#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"
#include "overlay/headscale.h"

namespace peerlab::overlay {
namespace {

// Issuer, subject and what Headscale 0.29's own code makes of them, one a line: fixtures as they
// were recorded, the odd ones included.
TEST(ProviderId, IsHeadscalesOwnSpelling) {
  const std::string table =
      *read_file(PEERLAB_SOURCE_DIR "/tests/generator/fixtures/provider_ids.tsv");
  std::size_t rows = 0;
  for (const std::string_view line : split(table, '\n')) {
    if (line.empty()) continue;
    const auto columns = split(line, '\t');
    ASSERT_EQ(columns.size(), 3U) << line;
    EXPECT_EQ(provider_id(columns[0], columns[1]), columns[2]) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 540U);
}

TEST(ProviderId, IsNotInjectiveSoItIsNeverDecoded) {
  EXPECT_EQ(provider_id("https://idp.lab/", "x"), provider_id("https://idp.lab/", "x/"));
}

}  // namespace
}  // namespace peerlab::overlay
