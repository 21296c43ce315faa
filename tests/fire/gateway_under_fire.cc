#include "tests/fire/gateway_under_fire.h"

#include <iostream>
#include <thread>

#include "tests/fire/workers.h"

namespace peerlab::fire {

using namespace std::chrono_literals;

void GatewayUnderFire::start_on(const std::string& database_url, std::vector<std::string> flags) {
  std::filesystem::create_directories(histories());
  flags.insert(flags.end(), {"--database-url", database_url, "--rate-per-address", "off",
                             "--rate-per-member", "off"});
  start(std::move(flags));
}

std::vector<Membership> GatewayUnderFire::members(int count) const {
  std::vector<Membership> all;
  for (int i = 0; i < count; ++i) {
    const std::string name = "member" + std::to_string(i);
    all.push_back({name, token(name)});
  }
  return all;
}

std::filesystem::path GatewayUnderFire::histories() const { return folder_ / "histories"; }

std::optional<http::ClientResponse> GatewayUnderFire::ask(Verb verb, const std::string& member) {
  const HistoryWriter history{histories() / (member + ".history")};
  Operation operation;
  operation.verb = verb;
  operation.member = member;
  const Door door{client_, [&](std::string_view path) { return gateway_->url(path); }};
  const auto answer = fire::ask(door, token(member), operation, history);
  EXPECT_LT(operation.ended - operation.started, kBound);
  return answer ? std::optional{*answer} : std::nullopt;
}

void GatewayUnderFire::expect_kept_promises(const std::string& database_url) const {
  const std::vector<Operation> history = read_histories(histories());
  std::cout << summary_of(history) << "\n";
  EXPECT_THAT(faults_of(history, read_ledger(database_url), {}), testing::IsEmpty());
}

void GatewayUnderFire::expect_recovery(const std::string& member) {
  const auto end = std::chrono::steady_clock::now() + kBound;
  int status = 0;
  while (status != 200 && std::chrono::steady_clock::now() < end) {
    const auto answer = ask(Verb::Lease, member);
    status = answer ? answer->status : 0;
    if (status != 200) std::this_thread::sleep_for(100ms);
  }
  EXPECT_EQ(status, 200) << "it does not recover by itself";
}

}  // namespace peerlab::fire
