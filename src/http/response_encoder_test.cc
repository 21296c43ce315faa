#include "http/response_encoder.h"

#include <gmock/gmock.h>

namespace peerlab::http {
namespace {

using namespace std::chrono_literals;

Framing framing() {
  Framing framing;
  framing.request_id = "id";
  framing.date = "now";
  return framing;
}

TEST(Encode, IsTheWholeResponse) {
  EXPECT_EQ(encode({200, {{"Content-Type", "text/plain"}}, "body"}, framing()),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: now\r\nX-Request-Id: id\r\n"
            "Content-Length: 4\r\n\r\nbody");
}

TEST(Encode, LeavesTheServersOwnBusinessToTheServer) {
  const Response response{200,
                          {{"content-length", "999"},
                           {"Transfer-Encoding", "chunked"},
                           {"CONNECTION", "upgrade"},
                           {"date", "never"},
                           {"x-request-id", "forged"},
                           {"ETag", "\"1\""}},
                          "body"};
  EXPECT_EQ(encode(response, framing()),
            "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nDate: now\r\nX-Request-Id: id\r\n"
            "Content-Length: 4\r\n\r\nbody");
}

TEST(Encode, GivesNoBodyAndNoLengthWhereTheStatusForbidsThem) {
  for (const int status : {204, 304}) {
    const std::string text = encode({status, {}, "body"}, framing());
    EXPECT_THAT(text, testing::EndsWith("X-Request-Id: id\r\n\r\n")) << status;
  }
}

TEST(Encode, MeasuresTheBodyOfAHeadWithoutSendingIt) {
  Framing head = framing();
  head.head = true;
  EXPECT_THAT(encode({200, {}, "body"}, head), testing::EndsWith("Content-Length: 4\r\n\r\n"));
}

TEST(Encode, SaysWhatBecomesOfTheConnection) {
  Framing close = framing(), keep_1_0 = framing();
  close.close = close.http_1_0 = true;
  keep_1_0.http_1_0 = true;
  EXPECT_THAT(encode({}, close), testing::HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(encode({}, keep_1_0), testing::HasSubstr("\r\nConnection: keep-alive\r\n"));
}

TEST(CanBeSent, RefusesEveryWayToBeginAnotherField) {
  EXPECT_TRUE(can_be_sent({200, {{"X", "a\tb \xc3\xa4"}}, "\r\n"}));
  for (const Header& field : {Header{"X", "a\r\nY: b"}, Header{"X", "a\n"}, Header{"X", "\r"},
                              Header{"X", std::string(1, '\0')}, Header{"X\r\nY", "a"},
                              Header{"X: a", ""}, Header{"", "a"}, Header{"X ", "a"}}) {
    EXPECT_FALSE(can_be_sent({200, {field}, {}})) << field.name << "|" << field.value;
  }
}

TEST(CanBeSent, KnowsNoInterimAndNoUnheardOfStatus) {
  for (const int status : {-1, 0, 99, 100, 101, 199, 600, 1000}) {
    EXPECT_FALSE(can_be_sent({status, {}, {}})) << status;
  }
  EXPECT_TRUE(can_be_sent({599, {}, {}}));
}

TEST(ReasonPhrase, NamesEveryStatusThatTheServerGivesByItself) {
  for (const int status : {400, 408, 413, 414, 431, 500}) {
    EXPECT_NE(reason_phrase(status), "Unknown") << status;
  }
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(599), "Unknown");
}

}  // namespace
}  // namespace peerlab::http
