#include "confgen/state.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using testing_support::TemporaryFolder;

TEST(StateFile, ComesBackAsItWasStored) {
  const TemporaryFolder folder;
  const Instant then{std::chrono::seconds{1'795'000'000}};
  for (const State& state : {State{}, State{"a1", "b2", "c3", "d4", 7, then, {4, 3, 2, 1, 9}},
                             State{std::nullopt, "b2", {}}, State{{}, {}, {}, "d4"}}) {
    ASSERT_TRUE(store_state(folder / "state.json", state));
    EXPECT_EQ(load_state(folder / "state.json"), state);
  }
}

TEST(StateFile, OfWhichAPartCannotBeReadGoesOnWithoutThatPart) {
  const TemporaryFolder folder;
  EXPECT_EQ(load_state(folder / "none.json"), State{});
  for (const char* const text :
       {R"({"accepted":7})", R"({"held":null})", R"({"generation":"1","accepted_at":"yesterday"})",
        R"({"applies":{"applied":-1,"refused":"2"}})"}) {
    ASSERT_TRUE(write_file(folder / "state.json", text));
    EXPECT_EQ(load_state(folder / "state.json"), State{}) << text;
  }
}

TEST(StateFile, ThatIsNoneIsMalformedAndWrittenAnew) {
  const TemporaryFolder folder;
  const auto file = folder / "state.json";
  for (const char* const text : {"", "{", "[]"}) {
    ASSERT_TRUE(write_file(file, text));
    EXPECT_EQ(load_state(file).error().kind, ErrorKind::Malformed) << text;
    EXPECT_EQ(load_state(file).error().detail, file.string() + " is no state of a run");
    ASSERT_TRUE(store_state(file, State{}));
    EXPECT_EQ(load_state(file), State{});
  }
  ASSERT_TRUE(std::filesystem::remove(file) && std::filesystem::create_directory(file));
  EXPECT_FALSE(load_state(file));
}

}  // namespace
}  // namespace peerlab::confgen
