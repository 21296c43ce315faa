#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/json.h"

namespace peerlab {
namespace {

std::string logged(const auto& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesOneJsonObjectALineWhateverTheText) {
  const std::string line = logged([] {
    log(LogLevel::Warning, "a \"quoted\"\nline\\",
        {{"request_id", "7\x01"}, {"count", 3}, {"x{}", "%v"}});
  });
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto value = parse_json(line);
  ASSERT_TRUE(value) << line;
  const boost::json::object& object = value->get_object();
  EXPECT_EQ(text_member(object, "level"), "warning");
  EXPECT_EQ(text_member(object, "message"), "a \"quoted\"\nline\\");
  EXPECT_EQ(text_member(object, "request_id"), "7\x01");
  EXPECT_EQ(text_member(object, "count"), "3");
  EXPECT_EQ(text_member(object, "x{}"), "%v");
}

TEST(Log, StaysOneJsonObjectForTextThatIsNoUtf8) {
  const std::string line = logged([] { log(LogLevel::Info, "caf\xe9 \xf0\x9f\x8d\xba \xff"); });
  EXPECT_TRUE(parse_json(line)) << line;
}

TEST(Log, WritesNothingBelowItsLevel) {
  EXPECT_EQ(logged([] { log(LogLevel::Debug, "quiet"); }), "");
  set_log_level(LogLevel::Debug);
  EXPECT_THAT(logged([] { log(LogLevel::Debug, "loud"); }), testing::HasSubstr("loud"));
  set_log_level(LogLevel::Info);
}

}  // namespace
}  // namespace peerlab
