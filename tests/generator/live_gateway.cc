#include "tests/generator/live_gateway.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/file.h"
#include "base/log.h"
#include "overlay/headscale.h"

namespace peerlab::generator_test {
namespace {

constexpr std::size_t kWaitersMost = 100;

template <class T>
T checked(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail + " " + result.error().cause);
  return std::move(*result);
}

std::string subject_text(unsigned number) { return fmt::format("test|member-{}", number); }
Subject subject(unsigned number) { return Subject::parse(subject_text(number)).value(); }

gateway::Services with(gateway::Services services, const Clock& clock, gateway::MappingsFeed& feed,
                       gateway::HoldingsFeed& holdings) {
  return {services.ledger,
          services.tokens,
          services.keys,
          services.agents,
          clock,
          services.offer,
          feed,
          services.admission,
          services.tally,
          holdings,
          services.operators,
          services.sealer};
}

}  // namespace

LiveGateway::LiveGateway() : rules_{parts_.offer.rules} {
  set_log_level(LogLevel::Error);
  rules_.asns = AsnRange::make(65001, 65999).value();
  rules_.pool = PrefixPool::make({Ipv6Prefix::parse("3fff:100::/34").value()}).value();
  rules_.leases_per_member_max = 8;
  start();
}

LiveGateway::~LiveGateway() { stop(); }

void LiveGateway::enrol(unsigned number) {
  checked(parts_.ledger.assign_asn(subject(number), rules_.asns, clock_.now()));
  feed_->written();
}

Lease LiveGateway::lease(unsigned number, std::chrono::seconds length) {
  const LeaseGrant grant = checked(parts_.ledger.lease_prefix(
      subject(number), LeaseWindow::starting(clock_.now(), length), rules_));
  feed_->written();
  return grant.lease;
}

std::string LiveGateway::node_of(unsigned number) const {
  const std::string provider =
      overlay::provider_id(parts_.offer.platform.issuer, subject_text(number));
  return fmt::format(
      R"({{"id":"{0}","ipAddresses":["100.64.{1}.{2}","fd7a:115c:a1e0::{0:x}"],"name":"m{0}",)"
      R"("user":{{"id":"{0}","name":"m{0}","email":"","providerId":"{3}"}},)"
      R"("lastSeen":"2026-11-23T08:00:00.123Z","expiry":null,"tags":[]}})",
      number, number / 250, number % 250, provider);
}

void LiveGateway::stop() {
  if (!server_) return;
  server_->stop();
  feed_->stop();
  running_.join();
  server_.reset();
}

void LiveGateway::start() {
  feed_ = std::make_unique<gateway::MappingsFeed>(parts_.ledger, clock_, parts_.mappings.sources(),
                                                  kWaitersMost);
  http::ServerOptions options{.address = fmt::format("127.0.0.1:{}", port_)};
  server_ = checked(http::Server::listen(
      options,
      [this](const http::Request& request) {
        return gateway::answer(with(parts_.services(), clock_, *feed_, parts_.holdings), request);
      },
      [this](const http::Refusal& refusal) { return gateway::answer(parts_.tally, refusal); }));
  port_ = server_->port();
  running_ = std::thread{[this] { (void)server_->run(); }};
}

std::vector<std::string> LiveGateway::flags(const std::filesystem::path& folder) const {
  const std::filesystem::path key = folder / "live-gateway.key";
  if (!write_file(key, testing_support::kAgentKey, 0600)) {
    throw std::runtime_error("cannot write " + key.string());
  }
  return {"--peerlab-gateway-url", fmt::format("http://127.0.0.1:{}/service/mappings", port_),
          "--peerlab-agent-key-file", key.string()};
}

}  // namespace peerlab::generator_test
