#include "gateway/program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <thread>

#include "base/log.h"
#include "gateway/descriptors.h"
#include "gateway/metrics_page.h"
#include "gateway/metrics_server.h"
#include "gateway/roa_keeper.h"
#include "gateway/settings_command_line.h"
#include "gateway/start_log.h"
#include "gateway/supervision.h"
#include "identity/email_lookups.h"
#include "rpki/stayrtr_file.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kStreamsMost = 256;         // each costs a query where anything changes
constexpr std::chrono::milliseconds kDrain = 8s;  // of the 10 s in which the program must be gone
constexpr unsigned kThreadsMost = 16;             // that serve; one for each core up to that

Result<SettingsFile> gather(const CommandLine& line, const Environment& environment) {
  const Result<void> known = check_environment(environment);
  if (!known) return fail(known.error());
  SettingsFile file;
  const auto said = environment.find("PEERLAB_GATEWAY_CONFIG");
  const bool by_environment = line.config_file.empty() && said != environment.end();
  const std::string& name = by_environment ? said->second : line.config_file;
  if (!name.empty()) {
    Result<SettingsFile> read = read_settings_file(name);
    if (!read) return read;
    file = std::move(*read);
  }
  return strongest(line.given, given_by_environment(environment), std::move(file));
}

int check(const Result<SettingsFile>& given, std::ostream& out) {
  const Result<Settings> settings = given.and_then(&make_settings);
  if (!settings) {
    std::cerr << "peerlab-gateway: " << settings.error().detail << "\n";
    return kUsage;
  }
  for (const std::string& warning : settings->warnings) {
    std::cerr << "peerlab-gateway: warning: " << warning << "\n";
  }
  out << effective(*given);
  return out.flush() ? kDone : kFailed;
}

int move(Verb verb, const Result<SettingsFile>& given, const Surroundings& surroundings) {
  if (!given) {
    std::cerr << "peerlab-gateway: " << given.error().detail << "\n";
    return kUsage;
  }
  surroundings.stop.call([] { std::_Exit(kFailed); });  // nothing is half done
  return verb == Verb::Export ? export_ledger(*given, surroundings.stores, surroundings.out)
                              : import_ledger(*given, surroundings.stores, surroundings.in);
}

// Said here, since SQLite would only say that it cannot open a file.
Result<void> folder_is_usable(const LedgerPlace& place) {
  if (!place.url.empty() && place.seal_key_is_kept) return {};  // nothing is written there
  const std::filesystem::path folder = std::filesystem::absolute(place.file).parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return fail(ErrorKind::NotPermitted,
              fmt::format("the ledger cannot be kept in {}: {}; make it writable, or name another "
                          "folder by --state-directory",
                          folder.string(), std::strerror(errno)));
}

// Warns of one that is begun although its seal key was there before: it may be that one was lost.
Result<std::unique_ptr<Ledger>> open(const LedgerPlace& place, const LedgerStores& stores) {
  if (const Result<void> usable = folder_is_usable(place); !usable) return fail(usable.error());
  const bool begun_anew = place.url.empty() && !std::filesystem::exists(place.file) &&
                          std::filesystem::exists(place.seal_key);
  auto ledger = stores.open(place);
  if (ledger && begun_anew) {
    log(LogLevel::Warning,
        "an empty ledger was begun: where there was one, stop, and bring it back from the backup",
        {{"file", place.file.string()}});
  }
  return ledger;
}

int not_started(const Error& error, int exit_code) {
  log(LogLevel::Error, "not started", {{"reason", error.detail}, {"cause", error.cause}});
  return exit_code;
}

void try_until_done(const std::stop_token& stop, const std::function<bool()>& attempt) {
  std::mutex mutex;
  std::condition_variable_any woken;
  for (std::unique_lock lock{mutex}; !stop.stop_requested() && !attempt();) {
    woken.wait_for(lock, stop, 250ms, [] { return false; });
  }
}

// Readiness wants a key set, and the first member should not have to wait for one.
std::jthread fetch_first_keys(identity::SigningKeys& keys, const Clock& clock) {
  return std::jthread{[&](const std::stop_token& stop) {
    try_until_done(stop, [&] {
      (void)keys.find("", "RS256", clock.now());
      return keys.known();
    });
  }};
}

// Who is in a picture is looked up: so not only from the first question on.
std::jthread make_first_picture(MappingsFeed& mappings, const Clock& clock) {
  return std::jthread{[&](const std::stop_token& stop) {
    try_until_done(stop, [&] { return mappings.at(clock.now()).has_value(); });
  }};
}

// Nothing where there is no directory to ask.
std::unique_ptr<identity::EmailLookups> start_lookups(const Settings& settings,
                                                      const http::Client& client,
                                                      const Clock& clock, MappingsFeed& mappings) {
  if (!settings.directory) return nullptr;
  return std::make_unique<identity::EmailLookups>(
      mappings.sources().emails,
      std::make_unique<identity::Auth0Directory>(client, *settings.directory), clock,
      [&mappings] { mappings.written(); });
}

// Nothing where nobody wants to know.
Result<std::unique_ptr<MetricsServer>> serve_metrics(const Settings& settings,
                                                     const Services& services,
                                                     const http::Server& server) {
  if (settings.metrics_address.empty()) return nullptr;
  const auto page = [&, started = services.clock.now()] {
    return metrics_page(services, {server.connections(), settings.connections_max, started});
  };
  auto started = MetricsServer::start(settings.metrics_address, page);
  if (started) log(LogLevel::Info, "metrics are served", {{"metrics_port", (*started)->port()}});
  return started;
}

// Tells routers of ROAs, where they are published, as long as it lives.
std::jthread publish_roas(const Settings& settings, const Services& services) {
  if (settings.roa_file.empty()) return {};
  return std::jthread{[&](const std::stop_token& stop) {
    rpki::StayrtrFile file{settings.roa_file};
    RoaKeeper keeper{services.ledger, services.mappings.news(), file, settings.offer.platform.asn,
                     services.tally};
    keeper.run(stop, services.clock);
  }};
}

int serve(const Settings& settings, const Surroundings& surroundings) {
  const auto ledger = open(settings.ledger, surroundings.stores);
  if (!ledger) return not_started(ledger.error(), kFailed);
  http::Client client;
  identity::SigningKeys keys{client, settings.key_source};
  const identity::TokenVerifier tokens{settings.token_rules, keys};
  const SystemClock clock;
  identity::EmailBook emails{settings.directory ? identity::EmailBook::kMembersMost : 0};
  // Who waits or listens keeps a connection: a quarter at least is left to everybody else.
  MappingsFeed mappings{
      **ledger, clock, {settings.offer.platform.issuer, emails}, settings.connections_max / 2};
  HoldingsFeed holdings{mappings.news(), **ledger, clock,
                        std::min(settings.connections_max / 4, kStreamsMost)};
  Admission admission{settings.admission};
  Tally tally;
  EventSealer sealer{**ledger};
  const Services services{
      **ledger,  tokens, keys,     settings.agent_keys, clock, settings.offer, mappings,
      admission, tally,  holdings, settings.operators,  sealer};
  http::ServerOptions options{.address = settings.address};
  options.threads = std::clamp(std::thread::hardware_concurrency(), 2U, kThreadsMost);
  options.connections_max = settings.connections_max;
  options.drain_timeout = kDrain;
  const auto server = http::Server::listen(
      options, [&](http::Request request) { return answer(services, std::move(request)); },
      [&](const http::Refusal& refusal) { return answer(tally, refusal); });
  if (!server) return not_started(server.error(), kFailed);
  const auto metrics = serve_metrics(settings, services, **server);
  if (!metrics) return not_started(metrics.error(), kFailed);
  allow_descriptors_for(settings.connections_max);
  log_start(settings, (*server)->port());
  std::jthread first_keys = fetch_first_keys(keys, clock);
  const std::jthread sealing{[&](const std::stop_token& stop) { sealer.run(stop, clock); }};
  const std::jthread roas = publish_roas(settings, services);
  const auto lookups = start_lookups(settings, client, clock, mappings);
  std::jthread first_picture = lookups ? make_first_picture(mappings, clock) : std::jthread{};
  const Supervision supervision{surroundings.environment, settings.address, (*server)->port()};
  surroundings.stop.call([&] {
    log(LogLevel::Info, "stopping: requests in flight are answered");
    supervision.stopping();
    // Who waits for an issuer or a server that says nothing is answered within kDrain.
    client.hasten();
    (*ledger)->hasten();
    first_keys.request_stop();
    first_picture.request_stop();
    if (lookups) lookups->stop();
    mappings.stop();
    (*server)->stop();  // last: run() ends then, and with it what stands above
  });
  const Result<void> drained = (*server)->run();
  if (!drained) {
    log(LogLevel::Error, "stopped too early for some", {{"reason", drained.error().detail}});
    std::_Exit(kFailed);  // destructors would wait for those requests
  }
  log(LogLevel::Info, "stopped");
  return kDone;
}

}  // namespace

int run_program(int argc, const char* const* argv, const Surroundings& surroundings) {
  const auto line = parse_command_line(argc, argv, surroundings.out);
  if (const auto* const leave = std::get_if<LeaveWith>(&line)) return leave->exit_code;
  const auto& said = std::get<CommandLine>(line);
  const Result<SettingsFile> given = gather(said, surroundings.environment);
  if (said.verb == Verb::CheckConfig) return check(given, surroundings.out);
  if (said.verb != Verb::Serve) return move(said.verb, given, surroundings);
  const Result<Settings> settings = given.and_then(&make_settings);
  return settings ? serve(*settings, surroundings) : not_started(settings.error(), kUsage);
}

}  // namespace peerlab::gateway
