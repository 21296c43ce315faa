// A ledger moves between the stores without loss: export, import, export again, byte for byte.
#include <fmt/format.h>

#include <filesystem>
#include <sstream>

#include "base/process.h"
#include "tests/gateway/gateway_test.h"
#include "tests/support/postgres_server.h"

namespace peerlab::testing_support {
namespace {

using testing::HasSubstr;

class Move : public GatewayTest {
 protected:
  static constexpr const char* kPool = "3fff:100::/46";

  Outcome gateway(const std::string& verb, const std::string& database_url,
                  std::string input = {}) const {
    const Command command{{PEERLAB_GATEWAY, verb, "--database-url", database_url,
                           "--state-directory", folder_.path().string()},
                          {},
                          {},
                          std::move(input)};
    return *run(command, std::chrono::seconds{60});
  }
  std::string exported(const std::string& database_url) const {
    const Outcome outcome = gateway("export", database_url);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return outcome.output;
  }
  // Beside the seal key.
  std::string sqlite(const std::string& name) const {
    return "sqlite:" + (folder_ / name).string();
  }
  std::string some_history() {
    start({"--database-url", sqlite("one.db"), "--pool", kPool, "--leases-per-member", "2"});
    for (const char* name : {"alice", "bob", "carol"}) EXPECT_THAT(lease(name), Answers(200));
    EXPECT_THAT(lease("alice"), Answers(200));
    const std::string prefix{
        object_in(info("bob")).at("active_leases").at(0).at("prefix").as_string()};
    EXPECT_THAT(
        send(http::Method::Delete,
             "/api/user/prefix/" + prefix.substr(0, prefix.find('/')) + "%2F48", token("bob")),
        Answers(204));
    EXPECT_THAT(send(http::Method::Post, "/api/user/asn", token("dave")), Answers(200));
    for (const char* name : {"zoe", "frank"}) EXPECT_THAT(lease(name), Answers(503));
    std::string told = exported(sqlite("one.db"));  // while it serves
    EXPECT_EQ(gateway_->stop(), 0);
    EXPECT_THAT(told, HasSubstr(R"({"table":"waiting","arrival":2,)"));
    return told;
  }
};

TEST_F(Move, FromSqliteToPostgresAndBackWithoutLoss) {
  const auto server = PostgresServer::shared();
  if (!server) GTEST_SKIP() << server.error().detail;
  const std::string first = some_history();
  EXPECT_EQ(exported(sqlite("one.db")), first);

  const std::string postgres = *(*server)->new_database();
  const Outcome there = gateway("import", postgres, first);
  ASSERT_EQ(there.exit_code, 0) << there.errors;
  EXPECT_THAT(there.errors, HasSubstr("rows imported; the chain of events is whole"));
  EXPECT_EQ(exported(postgres), first);

  const Outcome back = gateway("import", sqlite("two.db"), exported(postgres));
  ASSERT_EQ(back.exit_code, 0) << back.errors;
  EXPECT_EQ(exported(sqlite("two.db")), first);
}

TEST_F(Move, AGatewayGoesOnWhereTheOtherStopped) {
  const auto server = PostgresServer::shared();
  if (!server) GTEST_SKIP() << server.error().detail;
  const std::string told = some_history();
  const std::string postgres = *(*server)->new_database();
  ASSERT_EQ(gateway("import", postgres, told).exit_code, 0);

  const auto before = [&] {
    start({"--database-url", sqlite("one.db"), "--pool", kPool, "--leases-per-member", "2"});
    return std::pair{mapping_rows(), object_in(info("alice"))};
  }();
  EXPECT_EQ(gateway_->stop(), 0);
  start({"--database-url", postgres, "--pool", kPool, "--leases-per-member", "2"});
  EXPECT_EQ(mapping_rows(), before.first);
  EXPECT_EQ(object_in(info("alice")), before.second);
  // Nothing is given twice, and numbers go on.
  std::set<std::string> prefixes;
  for (const auto& mapping : mapping_rows()) {
    for (const auto& prefix : mapping.at("prefixes").as_array()) {
      EXPECT_TRUE(prefixes.emplace(prefix.as_string()).second);
    }
  }
  EXPECT_THAT(lease("erin"), Answers(503)) << "all four are leased or rest";
  EXPECT_EQ(gateway_->stop(), 0);
  start({"--database-url", postgres, "--pool", "3fff:100::/43", "--leases-per-member", "2"});
  const auto fresh = lease("erin");
  EXPECT_THAT(fresh, Answers(200));
  EXPECT_TRUE(prefixes.insert(text_in(fresh, "prefix")).second);
}

// Its rows knew no line.
TEST_F(Move, AnExportOfTheVersionBeforeStillImports) {
  std::istringstream lines{some_history()};
  std::string before;
  int rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(R"({"table":"waiting")") || line.starts_with(R"({"rows")")) continue;
    rows += line.starts_with(R"({"table")") ? 1 : 0;
    before += line + "\n";
  }
  before += fmt::format("{{\"rows\":{}}}\n", rows);
  const Outcome imported = gateway("import", sqlite("two.db"), before);
  EXPECT_EQ(imported.exit_code, 0) << imported.errors;
  EXPECT_EQ(exported(sqlite("two.db")), before);
}

TEST_F(Move, ImportsAllOrNothingAndOnlyIntoAnEmptyStore) {
  const std::string told = some_history();
  const std::string cut = told.substr(0, told.rfind("{\"rows\""));
  const Outcome half = gateway("import", sqlite("two.db"), cut);
  EXPECT_EQ(half.exit_code, 1);
  EXPECT_THAT(half.errors, HasSubstr("cut short"));
  EXPECT_EQ(gateway("import", sqlite("two.db"), told).exit_code, 0) << "nothing was left of it";
  const Outcome again = gateway("import", sqlite("two.db"), told);
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.errors, HasSubstr("there is a ledger already"));
  EXPECT_EQ(exported(sqlite("two.db")), told);
}

TEST_F(Move, WantsTheSealKeyFirst) {
  const std::string told = some_history();
  std::filesystem::rename(folder_ / "seal.key", folder_ / "kept.key");
  const Outcome refused = gateway("import", sqlite("two.db"), told);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("put the seal key of the exported ledger there first"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "two.db"));
}

TEST_F(Move, NamesNobodyInClear) {
  EXPECT_THAT(some_history(), testing::Not(HasSubstr("test|alice")));
}

TEST_F(Move, SaysWhatIsWrongWithThePlace) {
  (void)some_history();
  const Outcome nowhere = gateway("export", sqlite("none.db"));
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.errors, HasSubstr("none.db"));
  EXPECT_EQ(gateway("export", "mysql://x").exit_code, 2);
  const Outcome text = gateway("import", sqlite("two.db"), "hello\n");
  EXPECT_THAT(text.errors, HasSubstr("this is no exported ledger"));
}

}  // namespace
}  // namespace peerlab::testing_support
