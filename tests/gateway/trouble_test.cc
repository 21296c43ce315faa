// What docs/operating-gateway.md says of trouble: a full disk, a ledger that somebody deleted, and
// a gateway of an older version.
#include "tests/gateway/gateway_test.h"
#include "tests/support/postgres_server.h"
#include "tests/support/small_disk.h"

namespace peerlab::testing_support {
namespace {

using testing::HasSubstr;

class Trouble : public GatewayTest {};

TEST_F(Trouble, OnAFullDiskReadingGoesOnAndAWriteIsDoneOrNotAtAll) {
  const SmallDisk disk{folder_ / "disk"};
  if (!disk.mounted()) GTEST_SKIP() << "needs the right to mount a small disk";
  start({"--database-url", "sqlite:" + (folder_ / "disk/peerlab.db").string()});
  EXPECT_THAT(lease("alice"), Answers(200));
  disk.fill();
  std::size_t held = 1;  // what fits into space that the ledger has already may still be written
  http::ClientResponse answer = lease("member1");
  for (; answer.status == 200 && held < 200; answer = lease("member" + std::to_string(held))) {
    ++held;
  }
  EXPECT_THAT(answer, Answers(503));
  EXPECT_THAT(info("alice"), Answers(200));
  EXPECT_EQ(mapping_rows().size(), held);
  disk.free();
  EXPECT_THAT(lease("afterwards"), Answers(200));
  EXPECT_EQ(mapping_rows().size(), held + 1);
}

// The names of what a process has open, deleted or not.
std::filesystem::path open_file(pid_t process, const std::string& path) {
  const std::filesystem::path all = "/proc/" + std::to_string(process) + "/fd";
  for (const auto& one : std::filesystem::directory_iterator{all}) {
    const std::string name = std::filesystem::read_symlink(one.path()).string();
    if (name == path || name == path + " (deleted)") return one.path();
  }
  throw std::runtime_error{"nobody has " + path};
}

TEST_F(Trouble, OfADeletedLedgerNothingIsAcknowledgedAndAllOfItCanBeCopiedOut) {
  const std::filesystem::path disk = folder_ / "disk", ledger = disk / "peerlab.db";
  std::filesystem::create_directory(disk);
  const std::vector<std::string> flags{"--database-url", "sqlite:" + ledger.string()};
  start(flags);
  EXPECT_THAT(lease("alice"), Answers(200));
  for (const char* const ending : {"", "-wal", "-shm"}) {
    std::filesystem::remove(ledger.string() + ending);
  }
  const auto refused = lease("bob");
  EXPECT_THAT(refused, Answers(503));
  EXPECT_TRUE(refused.headers.find("Retry-After"));
  EXPECT_THAT(info("alice"), Answers(503));
  EXPECT_THAT(send(http::Method::Get, "/health/ready", ""), Answers(503));
  EXPECT_THAT(send(http::Method::Get, "/health/live", ""), Answers(200));
  EXPECT_THAT(gateway_->log(), HasSubstr(ledger.string() + " is not there any longer"));

  for (const char* const ending : {"", "-wal"}) {
    std::filesystem::copy_file(open_file(gateway_->process(), ledger.string() + ending),
                               folder_ / (std::string{"copy"} + ending));
  }
  EXPECT_EQ(gateway_->stop(), 0);
  for (const char* const ending : {"", "-wal"}) {
    std::filesystem::rename(folder_ / (std::string{"copy"} + ending), ledger.string() + ending);
  }
  start(flags);
  EXPECT_EQ(object_in(info("alice")).at("active_leases").as_array().size(), 1U);
  EXPECT_TRUE(object_in(info("bob")).at("asn").is_null());
  EXPECT_THAT(gateway_->log(), testing::Not(HasSubstr("an empty ledger was begun")));
  EXPECT_EQ(gateway_->stop(), 0);
  std::filesystem::remove(ledger);
  start(flags);
  EXPECT_THAT(gateway_->log(), HasSubstr("an empty ledger was begun"));
}

TEST_F(Trouble, AfterAnUpgradeOldGatewaysGoOnAndNoneOfThemStarts) {
  const auto server = PostgresServer::shared();
  if (!server) GTEST_SKIP() << server.error().detail;
  const std::string database = *(*server)->new_database();
  start({"--database-url", database});
  (void)PostgresServer::psql(database,
                             "INSERT INTO schema_migrations (number) SELECT max(number) + 1 FROM "
                             "schema_migrations");
  EXPECT_THAT(lease("alice"), Answers(200));
  EXPECT_THAT(
      [&] {
        start({"--database-url", database});
      },
      testing::ThrowsMessage<std::runtime_error>(HasSubstr("start the newer program")));
}

}  // namespace
}  // namespace peerlab::testing_support
