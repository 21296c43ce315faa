#include "wire/event_documents.h"

#include <gmock/gmock.h>

namespace peerlab::wire {
namespace {

const Instant kNow = *parse_rfc3339("2026-11-23T14:06:44Z");

TEST(MemberEvents, ComeBackAsTheyWereWritten) {
  MemberEvent assigned{1, "asn-assigned", kNow}, leased{2, "leased", kNow},
      suspended{9, "suspended", kNow};
  assigned.asn = *Asn::make(65000);
  leased.prefix = *Prefix48::parse("3fff:100::/48");
  leased.window = LeaseWindow::starting(kNow, std::chrono::hours{1});
  suspended.by_operator = true;
  suspended.note = "a \"reason\"";
  const std::vector<MemberEvent> all{suspended, leased, assigned};
  const auto read = parse_member_events(encode(all));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, all);
  EXPECT_THAT(*parse_member_events(encode({})), testing::IsEmpty());
}

TEST(MemberEvents, SayNullForWhatAnEventHasNot) {
  EXPECT_EQ(encode({{7, "resumed", kNow, true}}),
            R"({"events":[{"id":7,"kind":"resumed","at":"2026-11-23T14:06:44+00:00",)"
            R"("actor":"operator","asn":null,"prefix":null,"start_time":null,"end_time":null,)"
            R"("note":""}]})");
}

TEST(MemberEvents, OfAWrongShapeAreRefusedByName) {
  for (const auto& [text, named] :
       {std::pair{"[]", "object"},
        {"{}", "events"},
        {R"({"events":[7]})", "event"},
        {R"({"events":[{"id":-1}]})", "id"},
        {R"({"events":[{"id":1}]})", "kind"},
        {R"({"events":[{"id":1,"kind":"leased","at":"now"}]})", "at"},
        {R"({"events":[{"id":1,"kind":"leased","at":"2026-11-23T14:06:44Z","prefix":"x"}]})",
         "prefix"}}) {
    const auto events = parse_member_events(text);
    ASSERT_FALSE(events) << text;
    EXPECT_THAT(events.error().detail, testing::HasSubstr(named));
  }
}

}  // namespace
}  // namespace peerlab::wire
