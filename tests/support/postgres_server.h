// A PostgreSQL of the test's own: Debian's binaries, a data folder and a socket that end with it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::testing_support {

// Names the folder of the server that all tests of a run share, where there is one.
inline constexpr const char* kSharedPostgres = "PEERLAB_TEST_POSTGRES";

class PostgresServer {
 public:
  // The one that every test of this run uses (with_postgres), else one for this program, started
  // when first asked for.  NotFound where PostgreSQL is not here.
  static Result<std::shared_ptr<PostgresServer>> shared();
  // One that nobody else uses: for tests that stop it or change its settings.
  static Result<std::shared_ptr<PostgresServer>> start();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer();

  // A connection URI of an empty database that nobody else has.
  [[nodiscard]] Result<std::string> new_database();
  // What psql prints of it, unaligned and without headers; what it complains of, where it does.
  [[nodiscard]] static std::string psql(const std::string& url, const std::string& sql);
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  // Fast is `systemctl stop`: sessions are told and ended.  Immediate is a crash: the next run
  // recovers.
  enum class Shutdown { Fast, Immediate };
  void stop(Shutdown how = Shutdown::Fast);
  [[nodiscard]] Result<void> run();  // once more, on the same data

 private:
  PostgresServer() = default;
  [[nodiscard]] std::string url(const std::string& database) const;
  std::optional<TemporaryFolder> own_folder_;  // nullopt: the server is the run's
  std::filesystem::path folder_;
  std::optional<pid_t> process_;
  std::vector<std::string> databases_;
};

}  // namespace peerlab::testing_support
