// What Prometheus reads of the program as it runs.
#include "base/process.h"
#include "tests/gateway/gateway_test.h"

namespace peerlab::testing_support {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Metrics : public GatewayTest {};

TEST_F(Metrics, AreServedOnAPortOfTheirOwnAndOnNoOther) {
  start({"--metrics-address", "127.0.0.1:0"});
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(send(http::Method::Get, "/metrics", ""), Answers(404));
  const http::ClientResponse page = scrape();
  EXPECT_EQ(page.status, 200);
  for (
      const char* const line :
      {"\npeerlab_gateway_prefix_leases_created_total 1\n", "\nprocess_open_fds ",
       R"(peerlab_gateway_http_requests_total{route="/api/user/prefix",method="POST",status="200"} 1)"}) {
    EXPECT_THAT(page.body, HasSubstr(line));
  }
  EXPECT_EQ(gateway_->stop(), 0);
}

TEST_F(Metrics, AreReadByPrometheusOwnChecker) {
  start({"--metrics-address", "127.0.0.1:0"});
  (void)info("alice");
  Command command{{"promtool", "check", "metrics"}};
  command.input = scrape().body;
  const auto checked = run(command, 30s);
  if (!checked && checked.error().kind == ErrorKind::NotFound) {
    GTEST_SKIP() << "needs promtool (Debian's package prometheus)";
  }
  ASSERT_TRUE(checked) << checked.error().detail;
  EXPECT_EQ(checked->exit_code, 0) << checked->output << checked->errors;
}

TEST_F(Metrics, AddressThatIsTakenIsSaidAtTheStart) {
  std::string taken = issuer_.url().substr(issuer_.url().find("127."));
  taken.pop_back();  // the slash
  try {
    start({"--metrics-address", taken});
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& ended) {
    EXPECT_THAT(ended.what(), HasSubstr("cannot listen on " + taken));
  }
}

}  // namespace
}  // namespace peerlab::testing_support
