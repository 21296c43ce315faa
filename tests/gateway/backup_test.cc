// The commands of docs/operating-gateway.md, beside a gateway that is written to: what was
// acknowledged before a backup is in what is restored from it.
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "base/file.h"
#include "base/process.h"
#include "tests/gateway/gateway_test.h"
#include "tests/support/postgres_server.h"

namespace peerlab::testing_support {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::size_t kBefore = 30, kMost = 200;

void run_command(const std::vector<std::string>& argv) {
  const auto done = run(Command{argv, {}}, 60s);
  ASSERT_TRUE(done) << done.error().detail;
  ASSERT_EQ(done->exit_code, 0) << argv[0] << ": " << done->errors;
}

class Backup : public GatewayTest {
 protected:
  // Members lease, one after the other, until `made` has returned; it is called when some have.
  void while_members_lease(const std::function<void()>& made) {
    std::atomic<bool> enough{false};
    std::atomic<std::size_t> acknowledged{0};
    std::thread members{[&] {
      for (std::size_t i = 0; i < kMost && !enough; ++i) {
        const auto answer = lease("member" + std::to_string(i));
        ASSERT_THAT(answer, Answers(200));
        if (i < kBefore) before_.insert(text_in(answer, "prefix"));
        ++acknowledged;
      }
    }};
    while (acknowledged < kBefore) std::this_thread::sleep_for(2ms);
    const std::size_t at_begin = acknowledged;
    made();
    for (int i = 0; i < 5000 && acknowledged <= at_begin; ++i) std::this_thread::sleep_for(2ms);
    enough = true;
    members.join();
    EXPECT_GT(acknowledged, at_begin) << "nobody wrote during the backup";
    rows_ = by_hash();
  }
  // A mapping by its member's hash.
  std::map<std::string, boost::json::value> by_hash() {
    std::map<std::string, boost::json::value> rows;
    for (const auto& row : mapping_rows()) {
      rows.emplace(row.at("user_hash").as_string(), row);
    }
    return rows;
  }
  void restored_is_all_that_was_acknowledged_before() {
    const auto rows = by_hash();
    std::set<std::string> held;
    for (const auto& [hash, row] : rows) {
      EXPECT_EQ(row, rows_.at(hash));  // with the member's own subject: the seal key fits
      for (const auto& prefix : row.at("prefixes").as_array()) {
        EXPECT_TRUE(held.insert(std::string{prefix.as_string()}).second) << prefix;
      }
    }
    EXPECT_EQ(before_.size(), kBefore);
    EXPECT_TRUE(std::includes(held.begin(), held.end(), before_.begin(), before_.end()));
    const auto next = lease("a member who came after the restore");
    EXPECT_THAT(next, Answers(200));
    EXPECT_FALSE(held.contains(text_in(next, "prefix")));
  }
  std::set<std::string> before_;  // acknowledged before the backup began
  std::map<std::string, boost::json::value> rows_;
};

TEST_F(Backup, OfASqliteFileUnderWritesHoldsWhatWasAcknowledged) {
  start();
  std::filesystem::create_directory(folder_ / "restored");
  while_members_lease([&] {
    run_command({"sqlite3", folder_ / "peerlab.db",
                 ".backup '" + (folder_ / "restored/peerlab.db").string() + "'"});
  });
  EXPECT_EQ(gateway_->stop(), 0);
  const std::string database = "sqlite:" + (folder_ / "restored/peerlab.db").string();
  start({"--database-url", database, "--seal-key-file", folder_ / "seal.key"});
  restored_is_all_that_was_acknowledged_before();
}

TEST_F(Backup, OfADatabaseUnderWritesHoldsWhatWasAcknowledged) {
  const auto server = PostgresServer::shared();
  if (!server) GTEST_SKIP() << server.error().detail;
  const std::string database = *(*server)->new_database(), other = *(*server)->new_database();
  start({"--database-url", database});
  const std::string dump = folder_ / "peerlab.dump";
  while_members_lease([&] {
    run_command({"pg_dump", "--format=custom", "--file=" + dump, database});
  });
  EXPECT_EQ(gateway_->stop(), 0);
  run_command({"pg_restore", "--exit-on-error", "--no-owner", "--dbname=" + other, dump});
  start({"--database-url", other});
  restored_is_all_that_was_acknowledged_before();
}

TEST(OperationsPage, HasTheCommandsThatAreTestedHere) {
  const std::string page = *read_file(PEERLAB_SOURCE_DIR "/docs/operating-gateway.md");
  for (const char* command : {"sqlite3 /var/lib/peerlab-gateway/peerlab.db \".backup '",
                              "pg_dump --format=custom peerlab > ",
                              "pg_restore --exit-on-error --no-owner --role=peerlab "}) {
    EXPECT_THAT(page, HasSubstr(command));
  }
}

}  // namespace
}  // namespace peerlab::testing_support
