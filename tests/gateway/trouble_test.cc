// What docs/operating-gateway.md says of trouble: a full disk, and a gateway of an older version.
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
