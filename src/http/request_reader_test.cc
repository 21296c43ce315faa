#include "http/request_reader.h"

#include <gmock/gmock.h>

#include <cstring>

namespace peerlab::http {
namespace {

using State = RequestReader::State;

constexpr ReadLimits kLimits{16U << 10U, 64U << 10U};

void put(RequestReader& reader, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = reader.room();
    const std::size_t taken = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), taken);
    reader.received(taken);
    bytes.remove_prefix(taken);
  }
}

State state_of(std::string_view bytes) {
  RequestReader reader{kLimits};
  put(reader, bytes);
  return reader.advance();
}

std::string with_fields(std::string_view fields, std::string_view version = "1.1") {
  return std::string{"POST / HTTP/"}.append(version).append("\r\n").append(fields).append("\r\n");
}

TEST(RequestReader, GivesTheRequestAsItWasSent) {
  RequestReader reader{kLimits};
  put(reader,
      "PATCH /a%2Fb?c=d HTTP/1.1\r\nhOST: x\r\nX-Two:  a b \t\r\nX-Two: c\r\nX-Empty:\r\n"
      "Content-Length: 3\r\n\r\n\r\nx");
  ASSERT_EQ(reader.advance(), State::Complete);
  EXPECT_TRUE(reader.keep_alive());
  const Request request = reader.take();
  EXPECT_EQ(request.method, Method::Patch);
  EXPECT_EQ(request.raw_target, "/a%2Fb?c=d");
  EXPECT_THAT(request.segments, testing::ElementsAre("a/b"));
  EXPECT_EQ(request.parameter("c"), "d");
  EXPECT_EQ(request.header("x-two"), "a b");
  EXPECT_EQ(request.headers.count("X-Two"), 2U);
  EXPECT_EQ(request.header("X-Empty"), "");
  EXPECT_EQ(request.body, "\r\nx");
  EXPECT_FALSE(reader.started());
}

TEST(RequestReader, KeepsAnUnknownMethodsName) {
  RequestReader reader{kLimits};
  put(reader, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(reader.advance(), State::Complete);
  const Request request = reader.take();
  EXPECT_EQ(request.method, Method::Other);
  EXPECT_EQ(request.method_name, "BREW");
}

TEST(RequestReader, RefusesWhateverTwoServersCouldReadDifferently) {
  const std::string chunked = "Host: a\r\nTransfer-Encoding: chunked\r\n";
  for (const std::string& bytes : {
           with_fields("Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
           with_fields(chunked + "Content-Length: 3\r\n"),
           with_fields("Host: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n"),
           with_fields("Host: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n"),
           with_fields("Host: a\r\nContent-Length: 3, 3\r\n"),
           with_fields("Host: a\r\nContent-Length: +3\r\n"),
           with_fields("Host: a\r\nContent-Length: -3\r\n"),
           with_fields("Host: a\r\nContent-Length: 0x3\r\n"),
           with_fields("Host: a\r\nContent-Length: 3 3\r\n"),
           with_fields("Host: a\r\nContent-Length:\r\n"),
           with_fields("Host: a\r\nContent-Length: 18446744073709551616\r\n"),
           with_fields("Host: a\r\nContent-Length : 3\r\n"),
           with_fields("Host: a\r\n Content-Length: 3\r\n"),
           with_fields("Host: a\r\nX: y\r\n Content-Length: 3\r\n"),
           with_fields("Host: a\r\nX: y\r\n\tz\r\n"),
           with_fields("Host: a\r\nTransfer-Encoding:\r\n chunked\r\n"),
           with_fields("Host: a\r\nX: y\nContent-Length: 3\r\n"),
           with_fields("Host: a\nX: y\r\n"),
           with_fields("Host: a\r\nX: y\rContent-Length: 3\r\n"),
           with_fields(std::string("Host: a\r\nX: y\0z\r\n", 17)),
           with_fields("Host: a\r\nX\r\n"),
           with_fields("Host: a\r\n: x\r\n"),
           with_fields(chunked + "Transfer-Encoding: chunked\r\n"),
           with_fields("Host: a\r\nTransfer-Encoding: xchunked\r\n"),
           with_fields("Host: a\r\nTransfer-Encoding: chunked, identity\r\n"),
           with_fields("Host: a\r\nTransfer-Encoding: gzip, chunked\r\n"),
           with_fields("Host: a\r\nTransfer-Encoding: \x0b"
                       "chunked\r\n"),
           with_fields(chunked, "1.0"),
           with_fields("X: y\r\n"),
           with_fields("Host: a\r\nHost: a\r\n"),
           with_fields("Host: a\r\nHost: b\r\n", "1.0"),
           with_fields("Host: a b\r\n"),
           with_fields("Host: a/b\r\n"),
           with_fields("Host: a\r\n", "1.2"),
           with_fields("Host: a\r\n", "2.0"),
           with_fields("Host: a\r\n", "11"),
           std::string{"POST  / HTTP/1.1\r\nHost: a\r\n\r\n"},
           std::string{"POST /\r\nHost: a\r\n\r\n"},
           std::string{"POST / HTTP/1.1 \r\nHost: a\r\n\r\n"},
           std::string{"POST / HTTP/1.1\nHost: a\r\n\r\n"},
           std::string{"POST / http/1.1\r\nHost: a\r\n\r\n"},
           std::string{"P(ST / HTTP/1.1\r\nHost: a\r\n\r\n"},
           std::string{"POST /a\tb HTTP/1.1\r\nHost: a\r\n\r\n"},
           std::string{" POST / HTTP/1.1\r\nHost: a\r\n\r\n"},
           std::string{"\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n"},
           std::string{"\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n"},
           std::string{"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"},
           std::string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
       }) {
    RequestReader reader{kLimits};
    put(reader, bytes + "abc");
    EXPECT_EQ(reader.advance(), State::Refused) << bytes;
    EXPECT_EQ(reader.refusal_status(), 400) << bytes;
    EXPECT_NE(reader.refusal_message(), "") << bytes;
  }
}

TEST(RequestReader, TakesWhatIsUnusualAndClear) {
  for (const std::string& bytes :
       {with_fields("", "1.0"), with_fields("Host: a\r\n", "1.0"), with_fields("Host:\r\n"),
        with_fields("Host: [2001:db8::1]:8080\r\n"),
        with_fields("Host: a\r\nContent-Length: 00\r\n"),
        with_fields("Host: a\r\ntransfer-encoding: CHUNKED\r\n") + "0\r\n\r\n",
        std::string{"\r\nGET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        std::string{"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"}}) {
    EXPECT_EQ(state_of(bytes), State::Complete) << bytes;
  }
}

TEST(RequestReader, ReadsChunksWithoutTheirExtensionsAndTrailers) {
  RequestReader reader{kLimits};
  put(reader, with_fields("Host: a\r\nTransfer-Encoding: chunked\r\n") +
                  "5;a=b;c=\"d;\\\"\"\r\nhello\r\n00A\r\n, chunked!\r\n0;x\r\n"
                  "Authorization: Bearer x\r\nX-Request-Id: late\r\n\r\n");
  ASSERT_EQ(reader.advance(), State::Complete);
  const Request request = reader.take();
  EXPECT_EQ(request.body, "hello, chunked!");
  EXPECT_EQ(request.header("Authorization"), std::nullopt);
  EXPECT_EQ(request.request_id, "");
}

TEST(RequestReader, RefusesBrokenChunks) {
  const std::string head = with_fields("Host: a\r\nTransfer-Encoding: chunked\r\n");
  for (const std::string& body :
       {std::string{"g\r\n\r\n\r\n"}, std::string{"-1\r\n\r\n\r\n"},
        std::string{"0x1\r\na\r\n0\r\n\r\n"}, std::string{"1 \r\na\r\n0\r\n\r\n"},
        std::string{"1\na\r\n0\r\n\r\n"}, std::string{"1\r\nab\r\n0\r\n\r\n"},
        std::string{"1\r\na0\r\n\r\n"}, std::string{"\r\n\r\n\r\n"},
        std::string{"1;\r\na\r\n0\r\n\r\n"}, std::string{"1;=\r\na\r\n0\r\n\r\n"},
        std::string{"0\r\nX : y\r\n\r\n"}, std::string{"0\r\nContent-Length: 1\r\n\r\n"},
        std::string{"0\r\nTransfer-Encoding: chunked\r\n\r\n"}, "1;" + std::string(20000, 'x'),
        "0\r\nX: " + std::string(20000, 'x')}) {
    EXPECT_EQ(state_of(head + body), State::Refused) << body.substr(0, 40);
  }
}

TEST(RequestReader, GrowsTiredOfChunkExtensions) {
  std::string bytes = with_fields("Host: a\r\nTransfer-Encoding: chunked\r\n");
  for (int i = 0; i < 10; ++i) bytes += "1;" + std::string(1000, 'x') + "\r\na\r\n";
  EXPECT_EQ(state_of(bytes), State::Refused);
}

TEST(RequestReader, AsksToContinueOnlyAClientThatKnowsTheAnswer) {
  const auto asks = [](std::string_view version, std::string_view body) {
    RequestReader reader{kLimits};
    put(reader, with_fields("Host: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n", version));
    put(reader, body);
    static_cast<void>(reader.advance());
    return reader.expects_continue();
  };
  EXPECT_TRUE(asks("1.1", ""));
  EXPECT_FALSE(asks("1.1", "a"));
  EXPECT_FALSE(asks("1.1", "abc"));
  EXPECT_FALSE(asks("1.0", ""));
}

TEST(RequestReader, ClosesAsTheClientAndItsVersionWish) {
  const auto keeps = [](std::string_view fields, std::string_view version) {
    RequestReader reader{kLimits};
    put(reader, with_fields(fields, version));
    return reader.advance() == State::Complete && reader.keep_alive();
  };
  EXPECT_TRUE(keeps("Host: a\r\n", "1.1"));
  EXPECT_FALSE(keeps("Host: a\r\nConnection: x, Close\r\n", "1.1"));
  EXPECT_FALSE(keeps("Host: a\r\n", "1.0"));
  EXPECT_TRUE(keeps("Host: a\r\nConnection: Keep-Alive\r\n", "1.0"));
}

}  // namespace
}  // namespace peerlab::http
