#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/postgres_server.h"

namespace peerlab::testing_support {

// With a server that nobody else uses, and an empty database of it; skipped where there is none.
template <class Fixture = testing::Test>
class WithOwnPostgres : public Fixture {
 protected:
  void SetUp() override {
    const auto server = PostgresServer::start();
    if (!server) GTEST_SKIP() << server.error().detail;
    server_ = *server;
    url_ = *server_->new_database();
  }

  std::shared_ptr<PostgresServer> server_;
  std::string url_;
};

}  // namespace peerlab::testing_support
