#include <unistd.h>

#include <iostream>
#include <thread>

#include "base/text.h"
#include "cli/program.h"

extern char** environ;

namespace {

peerlab::cli::Environment environment() {
  peerlab::cli::Environment variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const auto [name, value] = peerlab::split_once(*entry, '=');
    variables.emplace(name, value);
  }
  return variables;
}

}  // namespace

int main(int argc, char** argv) {
  const peerlab::SystemClock clock;
  return peerlab::cli::run_program(
      {argv + 1, argv + argc},
      {std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1, environment(), clock,
       [](std::chrono::seconds time) { std::this_thread::sleep_for(time); }, PEERLAB_VERSION,
       ::isatty(STDIN_FILENO) == 1 ? &std::cin : nullptr});
}
