#include "lab/database.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "base/process.h"
#include "base/text.h"
#include "lab/eventually.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* kUser = "postgres";  // the server refuses to be root
constexpr const char* kOwner = "peerlab";  // of the database, which no password guards

fs::path folder_of_database(const Plan& plan) { return plan.options.directory / "core/postgres"; }

std::string program_of_postgres(std::string_view name) {
  return fmt::format("/usr/lib/postgresql/15/bin/{}", name);
}

// argv that runs one of its programs as its user, in a folder that this user may read.  Shared
// memory is this program's alone: it ends with the program, however that ends.
std::vector<std::string> as_postgres(const Plan& plan, std::string_view name,
                                     std::initializer_list<std::string> arguments) {
  std::vector<std::string> argv{"env",
                                "-C",
                                folder_of_database(plan).string(),
                                "unshare",
                                "--ipc",
                                "sh",
                                "-c",
                                "mount -t tmpfs postgres /dev/shm && exec \"$@\"",
                                "sh",
                                "setpriv",
                                "--reuid",
                                kUser,
                                "--regid",
                                kUser,
                                "--clear-groups",
                                program_of_postgres(name)};
  argv.insert(argv.end(), arguments);
  return argv;
}

}  // namespace

std::string database_url(const Plan& plan) {
  if (plan.options.store == Store::Sqlite) {
    return fmt::format("sqlite:{}", (plan.options.directory / "core/peerlab.db").string());
  }
  return fmt::format("postgresql:///postgres?user={}&host={}", kOwner,
                     folder_of_database(plan).string());
}

Result<void> postgres_is_here() {
  if (fs::exists(program_of_postgres("postgres")) && ::getpwnam(kUser) != nullptr) return {};
  return fail(ErrorKind::NotFound, "PostgreSQL 15 is not here: apt-get install postgresql-15");
}

Result<void> make_database(const Plan& plan) {
  const fs::path folder = folder_of_database(plan);
  std::error_code error;
  fs::create_directory(folder, error);
  fs::permissions(folder, fs::perms::owner_all, error);
  const passwd* const user = ::getpwnam(kUser);
  if (error || user == nullptr || ::chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot make {} and give it to {}", folder.string(), kUser));
  }
  const Result<Outcome> made =
      peerlab::run({inside("core", as_postgres(plan, "initdb",
                                               {"-D", (folder / "data").string(), "-U", kOwner,
                                                "-A", "trust", "-E", "UTF8", "--no-locale"}))});
  if (!made) return fail(made.error());
  if (made->ok()) return {};
  return fail(ErrorKind::Unavailable, fmt::format("initdb says {}", trim(made->errors)));
}

Result<void> start_database(const Plan& plan, const Processes& processes) {
  const fs::path folder = folder_of_database(plan);
  return processes.start({std::string{kDatabase}, "core",
                          as_postgres(plan, "postgres",
                                      {"-D", (folder / "data").string(), "-k", folder.string(),
                                       "-c", "listen_addresses="})});
}

Result<std::string> database_ready(const Plan& plan) {
  const std::string socket = folder_of_database(plan).string();
  const Result<void> ready = eventually(30s, [&]() -> Result<void> {
    const Result<Outcome> asked =
        peerlab::run({{program_of_postgres("pg_isready"), "-h", socket, "-d", "postgres"}});
    if (!asked) return fail(asked.error());
    if (asked->ok()) return {};
    return fail(ErrorKind::Unavailable, fmt::format("pg_isready: {}", trim(asked->output)));
  });
  if (!ready) return fail(ready.error());
  return fmt::format("PostgreSQL 15 at {}", socket);
}

Result<void> stop_database(const Processes& processes) { return processes.stop(kDatabase, SIGINT); }

}  // namespace peerlab::lab
