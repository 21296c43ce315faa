#include "confgen/stage.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::TemporaryFolder;

// /server is where bird.conf and the policy are, /elsewhere another folder, /stage the copy.
class StagedServer : public testing::Test {
 protected:
  StagedServer() {
    for (const char* const name : {"server", "elsewhere", "stage"}) {
      fs::create_directory(folder_ / name);
    }
    write("server/rows.conf", "old rows\n");
  }
  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file(folder_ / name, text));
  }
  Result<void> stage() {
    fs::remove_all(folder_ / "stage");
    fs::create_directory(folder_ / "stage");
    return stage_server(folder_ / "server/bird.conf", {folder_ / "server/rows.conf", rows_},
                        folder_ / "stage");
  }
  [[nodiscard]] std::string staged(const std::string& name) const {
    return read_file(folder_ / "stage" / name).value_or("(none)");
  }

  TemporaryFolder folder_;
  std::string rows_ = "new rows\n";
};

TEST_F(StagedServer, IsTheInstalledOneByteForByteButForThePolicy) {
  const std::string main =
      "router id 1.2.3.4;\n# include \"no.conf\";\n\n\tinclude\t\"a.conf\" ; #\n";
  write("server/bird.conf", main);
  write("server/a.conf", "include \"rows.conf\";\nlast line without end");
  ASSERT_TRUE(stage());
  EXPECT_EQ(staged("bird.conf"),
            "router id 1.2.3.4;\n# include \"no.conf\";\n\ninclude \"a.conf\"; #\n");
  EXPECT_EQ(staged("a.conf"), "include \"rows.conf\";\nlast line without end");
  EXPECT_EQ(staged("rows.conf"), "new rows\n");
}

TEST_F(StagedServer, HoldsWhatIsIncludedByGlobByLinkAndFromElsewhere) {
  fs::create_directory(folder_ / "server/conf.d");
  fs::create_symlink("../rows.conf", folder_ / "server/conf.d/link.conf");
  write("server/conf.d/10.conf", "ten\n");
  write("elsewhere/10.conf", "another ten\n");
  write("server/bird.conf", "include \"conf.d/*.conf\";\ninclude \"" +
                                (folder_ / "elsewhere/10.conf").string() + "\";\n");
  ASSERT_TRUE(stage());
  EXPECT_EQ(staged("bird.conf"),
            "include \"10.conf\";\ninclude \"link.conf\";\ninclude \"2-10.conf\";\n");
  EXPECT_EQ(staged("10.conf"), "ten\n");
  EXPECT_EQ(staged("2-10.conf"), "another ten\n");
  EXPECT_EQ(staged("link.conf"), "new rows\n");
}

TEST_F(StagedServer, HoldsThePolicyThatIsNotThereYet) {
  fs::remove(folder_ / "server/rows.conf");
  for (const char* const pattern : {"rows.conf", "r*.conf"}) {
    write("server/bird.conf", std::string{"include \""} + pattern + "\";\n");
    EXPECT_TRUE(stage()) << pattern;
    EXPECT_EQ(staged("rows.conf"), "new rows\n") << pattern;
  }
}

TEST_F(StagedServer, ThatDoesNotIncludeThePolicyIsRefused) {
  write("elsewhere/rows.conf", "rows of somebody else\n");
  for (const std::string& main :
       {std::string{"router id 1.2.3.4;\n"}, std::string{"#include \"rows.conf\";\n"},
        std::string{"function f() { include \"rows.conf\"; }\n"},
        "include \"" + (folder_ / "elsewhere/rows.conf").string() + "\";\n"}) {
    write("server/bird.conf", main);
    const Result<void> result = stage();
    ASSERT_FALSE(result) << main;
    EXPECT_EQ(result.error().kind, ErrorKind::Unprocessable);
    EXPECT_THAT(result.error().detail, HasSubstr("bird.conf does not include "));
  }
}

TEST_F(StagedServer, KeepsTwoFilesOfOneNameApartWhicheverIncludesTheOther) {
  write("elsewhere/bird.conf", "include \"" + (folder_ / "server/rows.conf").string() + "\";\n");
  write("server/bird.conf", "include \"" + (folder_ / "elsewhere/bird.conf").string() + "\";\n");
  ASSERT_TRUE(stage());
  EXPECT_EQ(staged("bird.conf"), "include \"2-bird.conf\";\n");
  EXPECT_EQ(staged("2-bird.conf"), "include \"rows.conf\";\n");
}

TEST_F(StagedServer, ThatIncludesItselfComesToAnEnd) {
  write("server/bird.conf", "include \"bird.conf\";\ninclude \"rows.conf\";\n");
  EXPECT_TRUE(stage());
}

}  // namespace
}  // namespace peerlab::confgen
