#include "tests/support/postgres_server.h"

#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/process.h"

namespace peerlab::testing_support {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

// In memory where the machine has room there (a container has 64 MiB): on a disk a new database
// takes 0.3 s (measured).
std::filesystem::path parent_of_data() {
  constexpr const char* kMemory = "/dev/shm";
  constexpr std::uintmax_t kRoom = 2'000'000'000;
  std::error_code none;
  const bool room = ::access(kMemory, W_OK) == 0 &&
                    std::filesystem::space(kMemory, none).available >= kRoom && !none;
  return room ? kMemory : std::filesystem::temp_directory_path();
}

// The server refuses to be root.
Result<std::optional<Identity>> whom_to_run_as() {
  if (::geteuid() != 0) return std::optional<Identity>{};
  const passwd* const user = ::getpwnam("postgres");
  if (user == nullptr) return fail(ErrorKind::NotFound, "there is no user postgres here");
  return Identity{user->pw_uid, user->pw_gid};
}

}  // namespace

Result<std::shared_ptr<PostgresServer>> PostgresServer::shared() {
  static const Result<std::shared_ptr<PostgresServer>> server = [] {
    const char* const folder = std::getenv(kSharedPostgres);
    if (folder == nullptr) return start();
    std::shared_ptr<PostgresServer> standing{new PostgresServer};
    standing->folder_ = folder;
    return Result<std::shared_ptr<PostgresServer>>{standing};
  }();
  return server;
}

Result<std::shared_ptr<PostgresServer>> PostgresServer::start() {
  if (!std::filesystem::exists(std::string{kPrograms} + "postgres")) {
    return fail(ErrorKind::NotFound, "PostgreSQL 15 is not here: apt-get install postgresql-15");
  }
  const auto whom = whom_to_run_as();
  if (!whom) return fail(whom.error());
  std::shared_ptr<PostgresServer> server{new PostgresServer};
  server->folder_ = server->own_folder_.emplace(parent_of_data()).path();
  if (*whom && ::chown(server->folder().c_str(), (*whom)->user, (*whom)->group) != 0) {
    return fail(ErrorKind::NotPermitted, "cannot give the data folder to postgres");
  }
  const Result<Outcome> made = peerlab::run(
      {.argv = {std::string{kPrograms} + "initdb", "-D", server->folder() / "data", "-A", "trust",
                "-U", "peerlab", "--no-locale", "-E", "UTF8", "--no-sync"},
       .directory = server->folder(),
       .identity = *whom});
  if (!made) return fail(made.error());
  if (!made->ok()) return fail(ErrorKind::Unavailable, "initdb: " + made->errors);
  const Result<void> running = server->run();
  if (!running) return fail(running.error());
  return server;
}

Result<void> PostgresServer::run() {
  const auto whom = whom_to_run_as();
  if (!whom) return fail(whom.error());
  // It ends with the test, however that ends.
  Command command{{"setpriv", "--pdeathsig", "QUIT"}};
  if (*whom) {
    for (const std::string& word :
         {"--reuid=" + std::to_string((*whom)->user), "--regid=" + std::to_string((*whom)->group),
          std::string{"--clear-groups"}}) {
      command.argv.push_back(word);
    }
  }
  for (const std::string& word :
       {std::string{kPrograms} + "postgres", std::string{"-D"}, (folder() / "data").string(),
        std::string{"-k"}, folder().string(), std::string{"-c"}, std::string{"listen_addresses="},
        std::string{"-c"}, std::string{"fsync=off"}}) {
    command.argv.push_back(word);
  }
  command.directory = folder();
  const Result<pid_t> started = peerlab::start(command, folder() / "log");
  if (!started) return fail(started.error());
  process_ = *started;
  for (const auto end = std::chrono::steady_clock::now() + 30s;;) {
    if (psql(url("postgres"), "SELECT 1") == "1") return {};
    if (std::chrono::steady_clock::now() > end) {
      return fail(ErrorKind::TimedOut, "PostgreSQL does not answer");
    }
    std::this_thread::sleep_for(20ms);
  }
}

PostgresServer::~PostgresServer() {
  if (!own_folder_) {  // it goes on for others
    for (const std::string& database : databases_) {
      static_cast<void>(psql(url("postgres"), "DROP DATABASE " + database + " WITH (FORCE)"));
    }
  }
  if (process_) ::kill(*process_, SIGQUIT);
  if (process_) ::waitpid(*process_, nullptr, 0);
}

void PostgresServer::stop(Shutdown how) {
  ::kill(process_.value(), how == Shutdown::Fast ? SIGINT : SIGQUIT);
  ::waitpid(*process_, nullptr, 0);
  process_.reset();
}

std::string PostgresServer::url(const std::string& database) const {
  return "postgresql:///" + database + "?user=peerlab&host=" + folder().string();
}

Result<std::string> PostgresServer::new_database() {
  const std::string name =
      "ledger" + std::to_string(::getpid()) + "_" + std::to_string(databases_.size());
  const std::string said = psql(url("postgres"), "CREATE DATABASE " + name);
  if (said != "CREATE DATABASE") return fail(ErrorKind::Unavailable, said);
  databases_.push_back(name);
  return url(name);
}

std::string PostgresServer::psql(const std::string& url, const std::string& sql) {
  const Result<Outcome> done = peerlab::run({{"psql", "-X", "-A", "-t", "-d", url, "-c", sql}});
  if (!done) return done.error().detail;
  std::string said = done->ok() ? done->output : done->errors;
  while (said.ends_with('\n')) said.pop_back();
  return said;
}

}  // namespace peerlab::testing_support
