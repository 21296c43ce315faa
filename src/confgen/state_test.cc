#include "confgen/state.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using testing_support::TemporaryFolder;

TEST(StateFile, ComesBackAsItWasStored) {
  const TemporaryFolder folder;
  for (const State& state : {State{}, State{"a1", "b2", "c3"}, State{std::nullopt, "b2", {}}}) {
    ASSERT_TRUE(store_state(folder / "state.json", state));
    EXPECT_EQ(load_state(folder / "state.json"), state);
  }
}

TEST(StateFile, ThatCannotBeReadCountsAsNothing) {
  const TemporaryFolder folder;
  EXPECT_EQ(load_state(folder / "none.json"), State{});
  for (const char* const text : {"", "{", "[]", R"({"accepted":7})", R"({"held":null})"}) {
    ASSERT_TRUE(write_file(folder / "state.json", text));
    EXPECT_EQ(load_state(folder / "state.json"), State{}) << text;
  }
}

}  // namespace
}  // namespace peerlab::confgen
