#include "gateway/refused.h"

#include <gmock/gmock.h>

#include "gateway/services.h"
#include "tests/support/gateway/test_gateway.h"

namespace peerlab::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::members_of;
using testing_support::text_in;

http::Response response_to(const Error& error) {
  return spelled(refuse(error).value(), {"/route", "r1"});
}

TEST(Refusals, HaveTheStatusThatTheKindOfErrorStatesAndTheDetailItGives) {
  for (const auto& [kind, status] :
       {std::pair{ErrorKind::Malformed, 400}, std::pair{ErrorKind::Unprocessable, 422},
        std::pair{ErrorKind::OutOfRange, 400}, std::pair{ErrorKind::Unauthenticated, 401},
        std::pair{ErrorKind::QuotaReached, 403}, std::pair{ErrorKind::NotFound, 404},
        std::pair{ErrorKind::Conflict, 409}, std::pair{ErrorKind::Exhausted, 503},
        std::pair{ErrorKind::Unavailable, 503}, std::pair{ErrorKind::TimedOut, 503},
        std::pair{ErrorKind::NotPermitted, 500}, std::pair{ErrorKind::Internal, 500}}) {
    const http::Response response = response_to({kind, "what to do"});
    EXPECT_EQ(response.status, status) << name_of(kind);
    EXPECT_EQ(text_in(response, "detail"), "what to do");
    EXPECT_EQ(text_in(response, "instance"), "/route");
    EXPECT_EQ(text_in(response, "request_id"), "r1");
    EXPECT_EQ(text_in(response, "message"), text_in(response, "title")) << "no saying was given";
    EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  }
}

TEST(Refusals, SayWhenToComeBackWhereThatIsKnownOrAProgramIsDown) {
  const auto pause = [](Error error) {
    return std::string{response_to(error).headers.find("Retry-After").value_or("none")};
  };
  EXPECT_EQ(pause({ErrorKind::Exhausted, "", "", std::chrono::seconds{90}}), "90");
  EXPECT_EQ(pause({ErrorKind::Unavailable, "", "", std::chrono::seconds{30}}), "30");
  EXPECT_EQ(pause({ErrorKind::Unavailable, ""}), "5");
  EXPECT_EQ(pause({ErrorKind::TimedOut, ""}), "5");
  EXPECT_EQ(pause({ErrorKind::Exhausted, ""}), "none");
  EXPECT_EQ(pause({ErrorKind::Internal, ""}), "none");
}

TEST(Refusals, KeepTheCauseFromWhoeverAsked) {
  const auto refusing = refuse(Error{ErrorKind::Internal, "detail", "/secret/place"});
  EXPECT_EQ(refusing.value().cause, "/secret/place");
  EXPECT_THAT(spelled(refusing.value(), {"", ""}).body, Not(HasSubstr("place")));
}

TEST(Refusals, SayWhatTheEndpointsClientsReadForThisKindOnly) {
  const auto message = [](ErrorKind kind) {
    return refuse(Error{kind, ""}, {{ErrorKind::NotFound, "gone"}, {ErrorKind::Conflict, "taken"}})
        .value()
        .problem.message;
  };
  EXPECT_EQ(message(ErrorKind::NotFound), "gone");
  EXPECT_EQ(message(ErrorKind::Conflict), "taken");
  EXPECT_EQ(message(ErrorKind::Unavailable), "Something the gateway depends on did not answer");
}

TEST(Refusals, OfWhatNeverBecameARequestAreProblemsToo) {
  Tally tally;
  for (const int status : {400, 408, 413, 431, 500}) {
    const http::Response response = answer(tally, http::Refusal{status, "too much", "r7"});
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
    EXPECT_EQ(members_of(response).at("error"), status);
    EXPECT_EQ(text_in(response, "detail"), "too much");
    EXPECT_EQ(text_in(response, "request_id"), "r7");
    EXPECT_NE(text_in(response, "title"), "");
    EXPECT_NE(text_in(response, "message"), "");
  }
}

}  // namespace
}  // namespace peerlab::gateway
