#include <gmock/gmock.h>

#include "wire/member_documents.h"

namespace peerlab::wire {
namespace {

TEST(LeaseRequest, TakesOneToTwentyFourHours) {
  for (int hours = 1; hours <= 24; ++hours) {
    const LeaseTerm term = *LeaseTerm::from_hours(hours);
    const auto read = parse_lease_request(encode(LeaseRequest{term}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->term, term);
    EXPECT_EQ(read->pool, std::nullopt);
    EXPECT_EQ(parse_lease_request(encode(LeaseRequest{term, "staff"}))->pool, "staff");
    EXPECT_EQ(*parse_renewal_request(encode(LeaseRequest{term})), term);
  }
  EXPECT_TRUE(parse_lease_request(R"( {"duration_hours" : 4, "later_member": [1]} )"));
}

struct Refusal {
  const char* body;
  int status;
  const char* pointer;
};

TEST(LeaseRequest, RefusesWithTheStatusAndPointerOfTheTable) {
  for (const Refusal& row :
       std::vector<Refusal>{{R"({"duration_hours":0})", 400, nullptr},
                            {R"({"duration_hours":25})", 400, nullptr},
                            {R"({"duration_hours":-1})", 400, nullptr},
                            {R"({"duration_hours":2147483647})", 400, nullptr},
                            {R"({"duration_hours":-2147483648})", 400, nullptr},
                            {R"({"duration_hours":2147483648})", 422, "/duration_hours"},
                            {R"({"duration_hours":-2147483649})", 422, "/duration_hours"},
                            {R"({"duration_hours":18446744073709551616})", 422, "/duration_hours"},
                            {R"({"duration_hours":1.0})", 422, "/duration_hours"},
                            {R"({"duration_hours":1.5})", 422, "/duration_hours"},
                            {R"({"duration_hours":1e9})", 422, "/duration_hours"},
                            {R"({"duration_hours":1e999})", 422, "/duration_hours"},
                            {R"({"duration_hours":"4"})", 422, "/duration_hours"},
                            {R"({"duration_hours":null})", 422, "/duration_hours"},
                            {R"({"duration_hours":[4]})", 422, "/duration_hours"},
                            {R"({"duration_hours":true})", 422, "/duration_hours"},
                            {R"({"Duration_hours":4})", 422, "/duration_hours"},
                            {R"({"duration_hours":4,"pool":7})", 422, "/pool"},
                            {R"({"duration_hours":4,"pool":null})", 422, "/pool"},
                            {R"({})", 422, "/duration_hours"},
                            {R"({"duration_hours":4,"duration_hours":4})", 422, "/duration_hours"},
                            {R"({"a~/b":4,"a~/b":4})", 422, "/a~0~1b"},
                            {R"([4])", 422, ""},
                            {R"(4)", 422, ""},
                            {R"(null)", 422, ""},
                            {R"()", 400, nullptr},
                            {R"({"duration_hours":4)", 400, nullptr},
                            {R"({"duration_hours":04})", 400, nullptr},
                            {R"({"duration_hours":+4})", 400, nullptr},
                            {R"({"duration_hours":NaN})", 400, nullptr},
                            {"\xEF\xBB\xBF{\"duration_hours\":4}", 400, nullptr},
                            {R"({"duration_hours":4}{})", 400, nullptr},
                            {"{\"duration_hours\":\"\xff\"}", 400, nullptr}}) {
    const auto term = parse_lease_request(row.body);
    ASSERT_FALSE(term) << row.body;
    EXPECT_EQ(term.error().status, row.status) << row.body;
    ASSERT_EQ(term.error().errors.size(), row.pointer == nullptr ? 0U : 1U) << row.body;
    const std::string pointer = row.pointer == nullptr ? "" : term.error().errors[0].pointer;
    EXPECT_EQ(pointer, row.pointer == nullptr ? "" : row.pointer) << row.body;
  }
}

TEST(LeaseRequest, OutOfRangeSaysTheTextThatClientsPrint) {
  const auto term = parse_lease_request(R"({"duration_hours":25})");
  ASSERT_FALSE(term);
  EXPECT_EQ(term.error().message, "Duration must be between 1 and 24 hours");
  EXPECT_THAT(term.error().detail, testing::HasSubstr("was 25"));
}

TEST(RpkiRequest, TakesABooleanAndNothingElse) {
  EXPECT_EQ(parse_rpki_request(R"({"enabled":true})"), true);
  EXPECT_EQ(parse_rpki_request(R"({"enabled":false})"), false);
  for (const char* const body :
       {R"({"enabled":"true"})", R"({"enabled":1})", R"({"enabled":null})", "{}", "[]"}) {
    ASSERT_FALSE(parse_rpki_request(body)) << body;
    EXPECT_EQ(parse_rpki_request(body).error().status, 422) << body;
  }
  EXPECT_EQ(parse_rpki_request("{").error().status, 400);
}

}  // namespace
}  // namespace peerlab::wire
