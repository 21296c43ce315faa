// Every back end, opened the same way: one suite over all (STYLE.md 6).
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "base/seal.h"
#include "ledger/memory/memory_ledger.h"
#include "ledger/postgres/postgres_ledger.h"
#include "ledger/sqlite/sqlite_ledger.h"
#include "tests/support/postgres_server.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::contract {

using testing_support::TemporaryFolder;

struct BackEnd {
  std::string name;
  std::function<std::unique_ptr<Ledger>(const TemporaryFolder&)> open;
};

inline void PrintTo(const BackEnd& back_end, std::ostream* out) { *out << back_end.name; }

// Null where PostgreSQL is not here.
inline std::unique_ptr<Ledger> open_new_postgres_ledger(const TemporaryFolder&) {
  const auto server = testing_support::PostgresServer::shared();
  if (!server) {
    EXPECT_EQ(server.error().kind, ErrorKind::NotFound) << server.error().detail;
    return nullptr;
  }
  const auto url = (*server)->new_database();
  EXPECT_TRUE(url) << url.error().detail;
  auto ledger = open_postgres_ledger({.url = Secret{*url}}, Seal::ephemeral());
  EXPECT_TRUE(ledger) << ledger.error().detail << ledger.error().cause;
  return std::move(*ledger);
}

inline std::vector<BackEnd> back_ends() {
  return {{"Memory", [](const TemporaryFolder&) { return open_memory_ledger(); }},
          {"Sqlite",
           [](const TemporaryFolder& folder) {
             auto ledger = open_sqlite_ledger(folder / "ledger.db", Seal::ephemeral());
             EXPECT_TRUE(ledger) << ledger.error().detail << ledger.error().cause;
             return std::move(*ledger);
           }},
          {"Postgres", &open_new_postgres_ledger}};
}

// A new ledger of each back end.
class EveryBackEnd : public testing::TestWithParam<BackEnd> {
 protected:
  void SetUp() override {
    if (!ledger_) GTEST_SKIP() << "PostgreSQL 15 is not here";
  }

  TemporaryFolder folder_;
  std::unique_ptr<Ledger> ledger_ = GetParam().open(folder_);
};

inline std::string name_of_back_end(const testing::TestParamInfo<BackEnd>& info) {
  return info.param.name;
}

inline Subject member(const std::string& name) { return *Subject::parse("test|" + name); }

inline AllocationRules rules_with(const std::string& pool,
                                  std::uint32_t leases_per_member_max = 1) {
  return {AsnRange::standard(), *PrefixPool::make({*Ipv6Prefix::parse(pool)}),
          leases_per_member_max};
}

inline const Instant kNoon{std::chrono::seconds{1'795'000'000}};

inline LeaseWindow from(Instant begin, std::chrono::seconds length = std::chrono::hours{1}) {
  return LeaseWindow::starting(begin, length);
}

}  // namespace peerlab::contract
