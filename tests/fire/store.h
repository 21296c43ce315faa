// A database under fire, of either kind, and the folder in which its clients keep their histories.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/postgres_server.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::fire {

enum class Kind { Sqlite, Postgres };

class Store {
 public:
  // Throws where there is no such database here: ask reason_to_skip() first.
  explicit Store(Kind kind);
  // Empty where this machine has the database.
  [[nodiscard]] static std::string reason_to_skip(Kind kind);

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] std::filesystem::path seal_key() const { return folder_ / "seal.key"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  testing_support::TemporaryFolder folder_;
  std::shared_ptr<testing_support::PostgresServer> server_;
  std::string url_;
};

// Tests that run over both kinds.
class EitherStore : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (const std::string reason = Store::reason_to_skip(GetParam()); !reason.empty()) {
      GTEST_SKIP() << reason;
    }
    store_ = std::make_unique<Store>(GetParam());
  }
  std::unique_ptr<Store> store_;
};

[[nodiscard]] std::string kind_of(const testing::TestParamInfo<Kind>& info);

// The long form, which only the nightly run has time for (PEERLAB_FIRE=long).
[[nodiscard]] bool long_form();

}  // namespace peerlab::fire
