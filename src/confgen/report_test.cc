#include "confgen/report.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using testing_support::TemporaryFolder;

TEST(Report, ComesBackAsItWasStored) {
  const TemporaryFolder folder;
  const Instant then{std::chrono::seconds{1'795'000'000}};
  Report whole{then, 2, 3, 1};
  whole.sources = {{"the gateway", then, ""}, {"Headscale", std::nullopt, "it answered 500"}};
  whole.skipped = {{"node 4", "has no address"}};
  whole.contradictions = {{"3fff:100:1::/48", "two owners"}};
  whole.held = "the gateway names 1 of 9";
  whole.last_error = LastError{then, 5, "BIRD refuses \"it\""};
  whole.well = true;
  whole.right_at = then;
  for (const Report& report : {Report{}, whole}) {
    ASSERT_TRUE(store_report(report_file(folder.path()), report));
    const Result<Report> loaded = load_report(report_file(folder.path()));
    ASSERT_TRUE(loaded);
    EXPECT_EQ(*loaded, report);
  }
}

TEST(Report, ThatIsNoneIsAnErrorAndNotAnEmptyOne) {
  const TemporaryFolder folder;
  EXPECT_EQ(load_report(folder / "none").error().kind, ErrorKind::NotFound);
  for (const char* const text : {"", "{", "[]", "7"}) {
    ASSERT_TRUE(write_file(folder / "status.json", text));
    EXPECT_EQ(load_report(folder / "status.json").error().kind, ErrorKind::Malformed) << text;
  }
}

}  // namespace
}  // namespace peerlab::confgen
