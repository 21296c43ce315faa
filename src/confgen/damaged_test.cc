#include "confgen/damaged.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::TemporaryFolder;

class DamagedFile : public testing::Test {
 protected:
  // What is said on stderr where the file cannot be read.
  std::string said(Damaged damaged) {
    testing::internal::CaptureStderr();
    const int read = read_or_anew<int>(fail(ErrorKind::Malformed, "x.json is no list"), file_,
                                       "all is forgotten", damaged);
    EXPECT_EQ(read, 0);
    return testing::internal::GetCapturedStderr();
  }
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "x.json";
};

TEST_F(DamagedFile, IsKeptBesideByWhoWillWriteItAnew) {
  for (const char* const text : {"first", "second"}) {
    ASSERT_TRUE(write_file(file_, text));
    EXPECT_THAT(said(Damaged::SetAside),
                HasSubstr("x.json is no list; it is kept as x.json.damaged. Going on without: all "
                          "is forgotten"));
    EXPECT_FALSE(std::filesystem::exists(file_));
    EXPECT_EQ(read_file(folder_ / "x.json.damaged"), text);
    EXPECT_THAT(set_aside_in(folder_.path()), ElementsAre("x.json.damaged"));
  }
}

TEST_F(DamagedFile, StaysWhereItIsForWhoOnlyLooks) {
  ASSERT_TRUE(write_file(file_, "damaged"));
  EXPECT_THAT(said(Damaged::Leave), HasSubstr("x.json is no list. Going on without: all is"));
  EXPECT_EQ(read_file(file_), "damaged");
  EXPECT_THAT(set_aside_in(folder_.path()), IsEmpty());
}

TEST_F(DamagedFile, ThatCannotBeKeptIsSaid) {
  EXPECT_THAT(said(Damaged::SetAside), HasSubstr("it cannot be kept: No such file"));
}

TEST_F(DamagedFile, IsNoneWhereItWasRead) {
  EXPECT_EQ(read_or_anew<int>(7, file_, "", Damaged::SetAside), 7);
  EXPECT_THAT(set_aside_in(folder_ / "nowhere"), IsEmpty());
}

}  // namespace
}  // namespace peerlab::confgen
