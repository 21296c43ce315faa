// with_postgres COMMAND...: runs it beside one PostgreSQL that its tests share, and ends as it
// ended.  Where PostgreSQL is not here it runs all the same: its tests say that they are skipped.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tests/support/postgres_server.h"

namespace {

// As system(3): Ctrl-C is for the command, and this program still cleans up after it.
int run_to_its_end(char** argv) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t interrupts;
  ::sigemptyset(&interrupts);
  for (const int number : {SIGINT, SIGQUIT}) {
    ::sigaddset(&interrupts, number);
    std::signal(number, SIG_IGN);
  }
  ::posix_spawnattr_setsigdefault(&attributes, &interrupts);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, argv[0], nullptr, &attributes, argv, environ);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) {
    std::fprintf(stderr, "with_postgres: cannot run %s\n", argv[0]);
    return 127;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int main(int count, char** argv) {
  using peerlab::testing_support::PostgresServer;
  if (count < 2) {
    std::fputs("usage: with_postgres COMMAND...\n", stderr);
    return 2;
  }
  const auto server = PostgresServer::start();
  if (server) {
    ::setenv(peerlab::testing_support::kSharedPostgres, (*server)->folder().c_str(), 1);
  } else {
    std::fprintf(stderr, "with_postgres: %s\n", server.error().detail.c_str());
  }
  return run_to_its_end(argv + 1);
}
