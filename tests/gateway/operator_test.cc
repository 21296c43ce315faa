// What operators do on the real program, over every store that is here.
#include <sys/stat.h>

#include <fstream>
#include <future>

#include "base/digest.h"
#include "tests/contract/sqlite_database.h"
#include "tests/gateway/gateway_test.h"
#include "tests/support/postgres_server.h"
#include "wire/audit_documents.h"

namespace peerlab::testing_support {
namespace {

namespace json = boost::json;
using http::Method;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr const char* kKey = "key-of-olga-0123456789";
constexpr const char* kLease = "/operator/leases/3fff:100::%2F48";

std::string of(std::string_view name, std::string_view verb = "") {
  return "/operator/members/" + sha256_hex("test|" + std::string{name}) + std::string{verb};
}

class OperatorProgram : public GatewayTest {
 protected:
  std::string keys_file(mode_t mode = 0600) {
    const std::string file = (folder_ / "operator-keys").string();
    std::ofstream{file} << "olga " << kKey << "\n";
    ::chmod(file.c_str(), mode);
    return file;
  }
  http::ClientResponse command(Method method, std::string_view path, std::string body = {}) {
    return send(method, path, kKey, std::move(body));
  }
  std::size_t prefixes_routed() {
    std::size_t all = 0;
    for (const json::value& row : mapping_rows()) all += row.at("prefixes").as_array().size();
    return all;
  }
  bool logs(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (gateway_->log().find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(20ms);
    }
    return true;
  }
  // A whole life of a suspension, an end, a quota and forgetting.
  void walk();
};

void OperatorProgram::walk() {
  ASSERT_THAT(lease("alice"), Answers(200));
  ASSERT_THAT(lease("bob"), Answers(200));
  ASSERT_EQ(prefixes_routed(), 2U);
  ASSERT_THAT(command(Method::Post, of("alice", "/suspend"), R"({"reason":"leaks"})"),
              Answers(200));
  EXPECT_EQ(prefixes_routed(), 1U);
  EXPECT_THAT(lease("alice"), Answers(403));
  EXPECT_EQ(object_in(info("alice")).at("suspended").at("reason"), "leaks");
  EXPECT_THAT(command(Method::Post, of("alice", "/resume")), Answers(200));
  EXPECT_EQ(prefixes_routed(), 2U);
  EXPECT_THAT(command(Method::Put, of("alice", "/quota"), R"({"max_leases":2})"), Answers(200));
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_EQ(object_in(command(Method::Get, "/operator/pools")).at("pools").at(0).at("leased"), 3);
  EXPECT_THAT(command(Method::Delete, kLease), Answers(204));
  EXPECT_THAT(command(Method::Delete, of("alice")), Answers(204));
  EXPECT_EQ(prefixes_routed(), 1U);
  EXPECT_THAT(command(Method::Get, of("alice")), Answers(404));
  const auto page = wire::parse_audit_page(command(Method::Get, "/operator/audit").body);
  ASSERT_TRUE(page) << page.error().detail;
  Chain chain;
  for (const wire::AuditRow& row : page->rows) chain.follow(row.position, row.link, row.line);
  EXPECT_EQ(chain.first_broken, std::nullopt);
  const auto said = wire::parse_chain(command(Method::Get, "/operator/audit/verify").body);
  ASSERT_TRUE(said) << said.error().detail;
  EXPECT_EQ(said->head, chain.head);
  EXPECT_EQ(said->first_broken, std::nullopt);
  EXPECT_THAT(command(Method::Get, "/operator/audit").body,
              Not(HasSubstr(sha256_hex("test|alice"))));
  const auto holder = object_in(send(Method::Get, "/api/prefixes/3fff:100:1::%2F48/holder", ""));
  EXPECT_EQ(holder.at("held"), true);
}

TEST_F(OperatorProgram, DoesAllItMayOnSqliteAndTheTrailOutlivesTheProgram) {
  start({"--operator-keys-file", keys_file()});
  walk();
  const std::string head = text_in(command(Method::Get, "/operator/audit/verify"), "head");
  EXPECT_EQ(gateway_->stop(), 0);
  start({"--operator-keys-file", keys_file()});
  EXPECT_TRUE(logs(head)) << "the head is logged at the start";
  EXPECT_THAT(gateway_->log(), Not(HasSubstr(kKey)));
}

TEST_F(OperatorProgram, SaysThatSomebodyChangedTheTrail) {
  start({"--operator-keys-file", keys_file()});
  walk();
  EXPECT_EQ(gateway_->stop(), 0);
  EXPECT_THAT(gateway_->log(), Not(HasSubstr("the chain of events is broken")));
  {
    contract::Database ledger{folder_ / "peerlab.db"};
    ASSERT_EQ(ledger.run("DROP TRIGGER events_are_never_changed"), "");
    ASSERT_EQ(ledger.run("UPDATE events SET actor = 'member' WHERE id = 5"), "");
  }
  start({"--operator-keys-file", keys_file()});
  EXPECT_TRUE(logs("the chain of events is broken"));
  EXPECT_EQ(object_in(command(Method::Get, "/operator/audit/verify")).at("first_broken"), 5);
}

TEST_F(OperatorProgram, DoesAllItMayOnPostgres) {
  const auto server = PostgresServer::shared();
  if (!server) GTEST_SKIP() << server.error().detail;
  start({"--operator-keys-file", keys_file(), "--database-url", *(*server)->new_database()});
  walk();
}

TEST_F(OperatorProgram, SuspensionWakesARouterThatWaits) {
  start({"--operator-keys-file", keys_file()});
  ASSERT_THAT(lease("alice"), Answers(200));
  const http::ClientResponse before = mappings();
  http::ClientRequest request{.method = Method::Get,
                              .url = gateway_->url("/service/mappings?wait=30")};
  request.headers.add("Authorization", "Bearer " + std::string{kAgentKey});
  request.headers.add("If-None-Match", std::string{before.headers.find("ETag").value_or("")});
  auto waiting = std::async(std::launch::async, [&] { return *client_.send(request); });
  ASSERT_THAT(command(Method::Post, of("alice", "/suspend"), R"({"reason":"leaks"})"),
              Answers(200));
  ASSERT_EQ(waiting.wait_for(20s), std::future_status::ready);
  EXPECT_THAT(waiting.get().body, Not(HasSubstr("3fff:100::/48")));
}

TEST_F(OperatorProgram, TakesATokenOfTheRoleWhereRolesAreSaid) {
  start({"--roles-claim", "roles", "--operator-role", "noc"});
  ASSERT_THAT(lease("alice"), Answers(200));
  json::object claims_of_paula = claims("paula");
  claims_of_paula["roles"] = json::array{"noc"};
  const std::string paula = mint(key_, "ES256", claims_of_paula);
  EXPECT_THAT(send(Method::Post, of("alice", "/resume"), paula), Answers(200));
  EXPECT_THAT(send(Method::Post, of("alice", "/resume"), token("alice")), Answers(403));
  EXPECT_THAT(send(Method::Post, of("alice", "/resume"), kKey), Answers(401));
  EXPECT_THAT(send(Method::Post, of("alice", "/resume"), ""), Answers(401));
}

TEST_F(OperatorProgram, AKeysFileThatEverybodyMayReadIsRefused) {
  try {
    start({"--operator-keys-file", keys_file(0644)});
    FAIL() << "it started";
  } catch (const std::runtime_error& ended) {
    EXPECT_THAT(ended.what(), HasSubstr("chmod 640"));
    EXPECT_THAT(ended.what(), Not(HasSubstr(kKey)));
  }
}

}  // namespace
}  // namespace peerlab::testing_support
