// A program that asks for a lease of ten minutes for each of some members at one instant, and says
// for each what it got: "MEMBER PREFIX", or "MEMBER -" where nothing was free.
//
//   line_worker URL SEAL-KEY SECONDS MEMBER...
#include <iostream>

#include "base/text.h"
#include "tests/fire/history.h"
#include "tests/fire/worker_ledger.h"
#include "tests/fire/worker_rules.h"

namespace peerlab::fire {
namespace {

int work(const std::vector<std::string>& words) {
  const auto seconds = parse_decimal<std::int64_t>(words.at(3));
  const Result<Seal> seal = Seal::open_or_create(words.at(2));
  if (!seal || !seconds) return 2;
  const auto ledger = open_worker_ledger(words.at(1), *seal);
  if (!ledger) {
    std::cerr << ledger.error().detail << ": " << ledger.error().cause << "\n";
    return 1;
  }
  const Instant now{std::chrono::seconds{*seconds}};
  const auto window = LeaseWindow::starting(now, std::chrono::minutes{10});
  for (std::size_t i = 4; i < words.size(); ++i) {
    const auto grant = (*ledger)->lease_prefix(subject_of(words[i]), window, line_rules());
    if (!grant && grant.error().kind != ErrorKind::Exhausted) {
      std::cerr << words[i] << ": " << grant.error().detail << ": " << grant.error().cause << "\n";
      return 1;
    }
    std::cout << words[i] << " " << (grant ? grant->lease.prefix.text() : "-") << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace peerlab::fire

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  return words.size() > 4 ? peerlab::fire::work(words) : 2;
}
