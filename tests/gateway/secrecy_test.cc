// What may not be found by whoever reads the database or the log.
#include <thread>

#include "base/file.h"
#include "tests/gateway/gateway_test.h"
#include "tests/support/test_directory.h"

namespace peerlab::testing_support {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Not;

class Secrecy : public GatewayTest {
 protected:
  // Everything that this gateway ever wrote, but the key that seals.
  std::string written() {
    std::string bytes;
    for (const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
      const std::string name = entry.path().filename().string();
      if (name == "gateway.log" || name.starts_with("peerlab.db")) {
        bytes += read_file(entry.path()).value_or("");
      }
    }
    return bytes;
  }
};

TEST_F(Secrecy, NobodyIsNamedByTheDatabaseOrTheLog) {
  const std::string m2m_secret{TestDirectory::kClientSecret};
  TestDirectory directory;
  directory.put("test|alice-in-clear", {"alice.in.clear@example.org"});
  start({"--auth0-management-api", directory.url(), "--auth0-m2m-app-id",
         std::string{TestDirectory::kClientId}, "--auth0-m2m-app-secret", m2m_secret});
  boost::json::object personal = claims("alice-in-clear");
  personal["email"] = "alice.in.clear@example.org";
  const std::string bearer = mint(key_, "ES256", personal);
  EXPECT_THAT(send(Method::Post, "/api/user/prefix", bearer, R"({"duration_hours":1})"),
              Answers(200));
  EXPECT_THAT(send(Method::Delete, "/api/user/prefix/alice.in.clear%40example.org", bearer),
              Answers(400));
  EXPECT_THAT(send(Method::Get, "/api/alice.in.clear@example.org?t=" + bearer, bearer),
              Answers(404));
  EXPECT_THAT(send(Method::Get, "/api/user/info", bearer + "x"), Answers(401));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (mappings().body.find("alice.in.clear@example.org") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "the e-mail never came";
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  EXPECT_THAT(mappings().body, HasSubstr("test|alice-in-clear")) << "routers are told";
  EXPECT_THAT(written(), HasSubstr(R"("status":"200")"));
  const std::string while_running = written();
  EXPECT_EQ(gateway_->stop(), 0);
  for (const std::string& bytes : {while_running, written()}) {
    EXPECT_THAT(bytes, HasSubstr("SQLite format 3"));
    for (const std::string& secret : {std::string{"alice-in-clear"}, std::string{"alice.in.clear"},
                                      bearer, bearer.substr(bearer.rfind('.') + 1),
                                      std::string{kAgentKey}, m2m_secret, directory.token()}) {
      EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
    }
  }
}

TEST_F(Secrecy, TheSealKeyIsTheOwnersAlone) {
  start();
  const auto mode = std::filesystem::status(folder_ / "seal.key").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Secrecy, EveryRequestHasItsLineAndItsNumberInTheLog) {
  start();
  const auto response = info("alice");
  const std::string id{response.headers.find("X-Request-Id").value_or("")};
  ASSERT_NE(id, "");
  EXPECT_THAT(gateway_->log(), HasSubstr(R"("request_id":")" + id));
  EXPECT_THAT(gateway_->log(), HasSubstr(R"("route":"/api/user/info")"));
}

}  // namespace
}  // namespace peerlab::testing_support
