#include "confgen/world_gate.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::confgen {
namespace {

using bird::RtrSession;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr bool kUp = true, kDown = false;

RpkiSeen seen(std::vector<RtrSession> servers, std::optional<seconds> uptime) {
  return {std::move(servers), 9, uptime};
}

const RtrSession kAnswers{"a", kUp, true}, kLost{"b", kDown, true}, kNever{"c", kDown, false};

TEST(WorldGate, IsShutOnlyWhileAYoungBirdHasNoAnswer) {
  struct Row {
    RpkiSeen seen;
    bool open;
  };
  const std::vector<Row> rows{
      {seen({kNever}, seconds{0}), false},
      {seen({kNever}, kGateHold - seconds{1}), false},
      {seen({}, seconds{1}), false},  // the protocols of the new configuration are not there yet
      {seen({kNever}, kGateHold), true},
      {seen({kNever, kAnswers}, seconds{0}), true},
      {seen({kNever, kLost}, seconds{1}), true},
      {seen({kNever}, seconds{-3600}), true},
      {seen({kNever}, std::nullopt), true},
  };
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(may_open(rows[i].seen), rows[i].open) << i;
}

TEST(RpkiAlarm, NamesAServerThatIsDownAndWhatBecomesOfItsRows) {
  EXPECT_THAT(rpki_alarms(seen({kAnswers}, seconds{99})), IsEmpty());
  EXPECT_THAT(rpki_alarms(seen({kAnswers, kLost, kNever}, seconds{99})),
              ElementsAre(HasSubstr("RTR server b is down; what it told stays until it expires"),
                          HasSubstr("RTR server c is down; nothing is known from it")));
}

TEST(RpkiAlarm, SaysThatNothingIsInvalidWithoutRoas) {
  RpkiSeen empty = seen({kAnswers}, seconds{99});
  empty.roas = 0;
  EXPECT_THAT(rpki_alarms(empty), ElementsAre(HasSubstr("no ROA at all")));
  empty.roas = std::nullopt;
  EXPECT_THAT(rpki_alarms(empty), IsEmpty()) << "an answer that cannot be read is no zero";
}

}  // namespace
}  // namespace peerlab::confgen
