// Malformed and oversized requests: each has its answer, and nobody notices but who sent it.
#include <thread>

#include "tests/gateway/gateway_test.h"
#include "tests/support/raw_connection.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using namespace std::chrono_literals;

class BadRequest : public GatewayTest {
 protected:
  int status_of(std::string_view bytes) const {
    RawConnection connection{gateway_->port()};
    connection.send(bytes);
    return connection.answer().status;
  }
  std::string lease_head(std::string_view fields) {
    return "POST /api/user/prefix HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
           "Bearer " +
           token("alice") + "\r\nContent-Type: application/json\r\n" + std::string{fields} + "\r\n";
  }
  void expect_unharmed() { EXPECT_TRUE(object_in(info("alice")).at("asn").is_null()); }
};

struct Body {
  const char* text;
  int status;
  const char* pointer;  // "" where the problem has none
  const char* message = nullptr;
};

constexpr const char* kRange = "Duration must be between 1 and 24 hours";

TEST_F(BadRequest, EveryWrongDurationIsAnsweredByWhatIsWrongWithIt) {
  start();
  const Body bodies[]{{R"({"duration_hours":0})", 400, "", kRange},
                      {R"({"duration_hours":25})", 400, "", kRange},
                      {R"({"duration_hours":-1})", 400, "", kRange},
                      {R"({"duration_hours":1.5})", 422, "/duration_hours"},
                      {R"({"duration_hours":1.0})", 422, "/duration_hours"},
                      {R"({"duration_hours":"4"})", 422, "/duration_hours"},
                      {R"({"duration_hours":1e9})", 422, "/duration_hours"},
                      {R"({"duration_hours":2147483648})", 422, "/duration_hours"},
                      {R"({"duration_hours":99999999999999999999999})", 422, "/duration_hours"},
                      {R"({"duration_hours":null})", 422, "/duration_hours"},
                      {R"({"duration_hours":[4]})", 422, "/duration_hours"},
                      {R"({"duration_hours":true})", 422, "/duration_hours"},
                      {R"({})", 422, "/duration_hours"},
                      {R"({"duration_hours":4,"duration_hours":4})", 422, "/duration_hours"},
                      {R"(4)", 422, ""},
                      {R"([])", 422, ""},
                      {R"({"duration_hours":4)", 400, ""},
                      {R"({"duration_hours":4} x)", 400, ""},
                      {"{\"duration_hours\":4,\"x\":\"\xff\"}", 400, ""},
                      {"\x1f\x8b garbage", 400, ""}};
  for (const Body& body : bodies) {
    SCOPED_TRACE(body.text);
    const auto response = send(Method::Post, "/api/user/prefix", token("alice"), body.text);
    EXPECT_THAT(response, Answers(body.status));
    EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
    const boost::json::object problem = object_in(response);
    EXPECT_EQ(problem.at("error"), body.status);
    if (body.message != nullptr) {
      EXPECT_EQ(problem.at("message"), body.message);
    }
    if (*body.pointer != '\0') {
      EXPECT_EQ(problem.at("errors").as_array().at(0).at("pointer"), body.pointer);
    }
  }
  expect_unharmed();
}

TEST_F(BadRequest, ABodyThatDoesNotSayItIsJsonIsNotRead) {
  start();
  http::ClientRequest request{
      .method = Method::Post,
      .url = gateway_->url("/api/user/prefix"),
      .headers = {{"Authorization", "Bearer " + token("alice")}, {"Content-Type", "text/plain"}},
      .body = R"({"duration_hours":4})"};
  EXPECT_EQ(client_.send(request)->status, 415);
  expect_unharmed();
}

TEST_F(BadRequest, ABodyAboveTheLimitIsRefusedHoweverItComes) {
  start();
  const std::string huge = R"({"duration_hours":4,"x":")" + std::string(70'000, 'x') + "\"}";
  EXPECT_THAT(send(Method::Post, "/api/user/prefix", token("alice"), huge), Answers(413));
  EXPECT_EQ(status_of(lease_head("Content-Length: 10000000000\r\n")), 413);
  const std::string chunk = "8000\r\n" + std::string(0x8000, ' ') + "\r\n";
  EXPECT_EQ(status_of(lease_head("Transfer-Encoding: chunked\r\n") + chunk + chunk + chunk), 413);
  expect_unharmed();
}

TEST_F(BadRequest, ABodyWithinTheLimitIsRead) {
  start();
  const std::string large = R"({"duration_hours":4,"x":")" + std::string(60'000, 'x') + "\"}";
  EXPECT_THAT(send(Method::Post, "/api/user/prefix", token("alice"), large), Answers(200));
}

TEST_F(BadRequest, AHeadAboveTheLimitIsRefused) {
  start();
  EXPECT_EQ(status_of(lease_head("X-Long: " + std::string(17'000, 'x') + "\r\n")), 431);
  expect_unharmed();
}

TEST_F(BadRequest, BytesThatAreNoHttpAreRefused) {
  start();
  for (const char* bytes :
       {"\x16\x03\x01\x02\x01garbage\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"}) {
    EXPECT_EQ(status_of(bytes), 400) << bytes;
  }
  EXPECT_THAT(info("alice"), Answers(200));
}

TEST_F(BadRequest, WhoSendsSlowlyIsToldAfterTenSecondsAndHindersNobody) {
  start();
  std::vector<std::unique_ptr<RawConnection>> slow;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 40; ++i) {
    slow.push_back(std::make_unique<RawConnection>(gateway_->port(), 20s));
    slow.back()->send("GET /api/user/info HTTP/1.1\r\nHost: ");
  }
  EXPECT_THAT(info("alice"), Answers(200));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  for (const auto& connection : slow) EXPECT_EQ(connection->answer().status, 408);
  const auto taken = std::chrono::steady_clock::now() - begin;
  EXPECT_GT(taken, 9s);
  EXPECT_LT(taken, 14s);
}

TEST_F(BadRequest, PathsAndMethodsAreAnsweredAsClientsKnowThem) {
  start();
  const std::string alice = token("alice");
  EXPECT_THAT(send(Method::Get, "/api/nothing", alice), Answers(404));
  EXPECT_THAT(send(Method::Get, "/api/nothing", ""), Answers(404));
  EXPECT_THAT(send(Method::Delete, "/api/user/prefix/%00", alice), Answers(404));
  EXPECT_THAT(send(Method::Delete, "/api/user/prefix/%ff", alice), Answers(400));
  EXPECT_THAT(send(Method::Get, "/api/user/asn", ""), Answers(401));
  const auto wrong_method = send(Method::Get, "/api/user/asn", alice);
  EXPECT_THAT(wrong_method, Answers(405));
  EXPECT_EQ(wrong_method.headers.find("Allow"), "POST");
  for (const char* prefix : {"2a06:de00:5b:1000::%2F48", "3fff:100::%2F47", "x", "3fff:100::"}) {
    EXPECT_THAT(send(Method::Delete, std::string{"/api/user/prefix/"} + prefix, alice),
                Says(400, "Invalid prefix format"))
        << prefix;
  }
}

}  // namespace
}  // namespace peerlab::testing_support
