#include "lab/platform.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "http/client.h"
#include "lab/eventually.h"
#include "lab/namespaces.h"
#include "lab/record.h"
#include "lab/rpki.h"
#include "lab/speakers.h"
#include "lab/tools.h"
#include "lab/world_table.h"

namespace peerlab::embedded {
extern const std::string_view lab_idp;
extern const std::string_view lab_pages;
extern const std::string_view lab_approve;
}  // namespace peerlab::embedded

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string names_of(const Plan& plan) {
  std::string names;
  for (const Member& member : plan.members) {
    names += (names.empty() ? "" : ",") + member.node.name;
  }
  return names;
}

// 200 at this URL, asked from where the gateway stands.
Result<void> answers(const std::string& url) {
  return eventually(20s, [&] {
    return stand_in("core", [&]() -> Result<void> {
      const Result<http::ClientResponse> response =
          http::Client{}.send({.url = url, .timeout = 2s});
      if (!response) return fail(response.error());
      if (response->status == 200) return {};
      return fail(ErrorKind::Unavailable, fmt::format("{} answers {}", url, response->status));
    });
  });
}

// An IXP server's first configuration: nobody may do anything yet.
Result<void> render_empty_ixp(const Plan& plan, const IxpSite& site, const Overlay& overlay) {
  const fs::path folder = folder_of(plan, site.name());
  const fs::path mappings = folder / "no-mappings.json";
  if (const Result<void> written = write_file(mappings, "{\"mappings\":[]}\n"); !written)
    return written;
  return output_of({{program(plan.options, "peerlab-bird-config").string(), "render", "--form",
                     std::string{form_word(plan.options.form)}, "--site",
                     (folder / "site.toml").string(), "--nodes", overlay.node_list().string(),
                     "--mappings", mappings.string(), "--out", folder.string()}})
      .map([](const std::string&) {});
}

Program generator(const Plan& plan, const IxpSite& site, const Overlay& overlay) {
  const fs::path folder = folder_of(plan, site.name());
  return {site.name() + "-generator",
          site.name(),
          {program(plan.options, "peerlab-bird-config").string(),
           "--watch",
           "--headscale-poll",
           "1",
           "--form",
           std::string{form_word(plan.options.form)},
           "--site",
           (folder / "site.toml").string(),
           "--nodes",
           overlay.node_list().string(),
           "--peerlab-gateway-url",
           fmt::format("{}/service/mappings", kGatewayUrl),
           "--peerlab-agent-key-file",
           (folder / "agent-key").string(),
           "--bird-config",
           (folder / "bird.conf").string(),
           "--bird-socket",
           (folder / "bird.ctl").string(),
           "--state-directory",
           (folder / "state").string(),
           "--output-file",
           (folder / "peerlab_generated.conf").string()}};
}

// What an IXP server and its upstream read.
Result<void> write_site_files(const Plan& plan, const IxpSite& site, const std::string& agent_key,
                              const fs::path& table) {
  const fs::path server = folder_of(plan, site.name());
  const std::vector<std::tuple<fs::path, std::string, mode_t>> files{
      {server / "agent-key", agent_key, 0600},
      {server / "site.toml", site_description(plan, site), 0644},
      {folder_of(plan, site.transit) / "bird.conf", transit_configuration(site, table), 0644}};
  for (const auto& [name, text, mode] : files) {
    if (const Result<void> written = write_file(name, text, mode); !written) return written;
  }
  return {};
}

}  // namespace

fs::path folder_of(const Plan& plan, std::string_view place) {
  return plan.options.directory / place;
}

Router router_at(const Plan& plan, std::string_view place) {
  return Router{folder_of(plan, place) / "bird.ctl"};
}

Result<std::vector<SeenSession>> sessions_with(const Router& ixp, const OverlayNode& node) {
  return ixp.sessions("peerlab_").map([&](std::vector<SeenSession> sessions) {
    std::erase_if(sessions, [&](const SeenSession& session) {
      return session.neighbour != node.ipv4.text();
    });
    return sessions;
  });
}

Result<SeenSession> established_session(const Router& ixp, const OverlayNode& node) {
  const Result<std::vector<SeenSession>> sessions = sessions_with(ixp, node);
  if (!sessions) return fail(sessions.error());
  for (const SeenSession& session : *sessions) {
    if (session.state == "Established") return session;
  }
  return fail(ErrorKind::NotFound, fmt::format("{} has no session there", node.name));
}

Result<void> write_files(const Plan& plan) {
  const fs::path& root = plan.options.directory;
  std::error_code error;
  for (const char* folder : {"log", "pids", "core/identity", "routeserver", "stranger", "second"}) {
    fs::create_directories(root / folder, error);
  }
  for (const IxpSite* const site : plan.sites()) {
    fs::create_directories(folder_of(plan, site->name()) / "state", error);
    fs::create_directories(folder_of(plan, site->transit), error);
  }
  for (const Member& member : plan.members)
    fs::create_directories(root / "members" / member.node.name, error);
  if (error)
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot make {}: {}", root.string(), error.message()));
  const Result<fs::path> modules = node_modules(plan.options);
  if (!modules) return fail(modules.error());
  std::string keys;
  for (const IxpSite* const site : plan.sites()) {
    const Result<WorldFiles> world =
        world_files(site->table, *modules / "@ip-location-db/asn/asn-ipv6.csv");
    if (!world) return fail(world.error());
    const std::string key = random_hex(24) + "\n";
    keys += key;
    const Result<void> written = write_site_files(plan, *site, key, world->table);
    if (!written) return written;
    // One RTR server for both; whose table has a ROA here is the first site's upstream.
    if (site != &plan.fra) continue;
    const Result<std::string> roas = read_file(world->roas);
    if (!roas) return fail(roas.error());
    if (const auto kept = write_file(root / "core/roas.json", *roas); !kept) return kept;
  }
  const std::string operators = random_hex(24) + "\n";
  const std::vector<std::tuple<const char*, std::string, mode_t>> files{
      {"core/identity/idp.mjs", std::string{embedded::lab_idp}, 0644},
      {"core/identity/pages.mjs", std::string{embedded::lab_pages}, 0644},
      {"core/identity/approve.mjs", std::string{embedded::lab_approve}, 0644},
      {"core/gateway.toml", gateway_configuration(plan), 0644},
      {"core/agent-keys", keys, 0600},
      {"core/operator-key", operators, 0600},
      {"core/operator-keys", "olga " + operators, 0600},
      {"routeserver/bird.conf", route_server_configuration(), 0644}};
  for (const auto& [name, text, mode] : files) {
    if (const Result<void> written = write_file(root / name, text, mode); !written) return written;
  }
  return {};
}

Result<void> start_identity(const Plan& plan, const Processes& processes) {
  const Result<fs::path> modules = node_modules(plan.options);
  if (!modules) return fail(modules.error());
  const fs::path folder = plan.options.directory / "core/identity";
  return processes.start({"identity",
                          "core",
                          {node_program(), (folder / "idp.mjs").string()},
                          {{"ISSUER", std::string{kIssuer}},
                           {"ADDRESS", std::string{kCoreAddress}},
                           {"PORT", "9000"},
                           {"AUDIENCE", std::string{kAudience}},
                           {"PEOPLE", names_of(plan)},
                           {"KEYS", (folder / "signing-keys.json").string()},
                           {"PEERLAB_NODE_MODULES", modules->string()}}});
}

Result<void> start_gateway(const Plan& plan, const Processes& processes) {
  const fs::path core = plan.options.directory / "core";
  return processes.start({std::string{kGateway},
                          "core",
                          {program(plan.options, "peerlab-gateway").string(), "--config",
                           (core / "gateway.toml").string(), "--state-directory", core.string()}});
}

Result<void> start_world(const Plan& plan, const Processes& processes) {
  if (const Result<void> started = start_rtr(plan, processes); !started) return started;
  for (const std::string& place :
       {plan.fra.transit, plan.ams.transit, std::string{"routeserver"}}) {
    const Result<void> started = start_bird(processes, place, folder_of(plan, place));
    if (!started) return started;
  }
  return {};
}

Result<std::string> identity_ready() {
  const Result<void> ready = answers(fmt::format("{}.well-known/openid-configuration", kIssuer));
  if (!ready) return fail(ready.error());
  return fmt::format("oidc-provider at {}", kIssuer);
}

Result<std::string> gateway_ready() {
  const Result<void> ready = answers(fmt::format("{}/health/ready", kGatewayUrl));
  if (!ready) return fail(ready.error());
  return fmt::format("at {}, one leased hour lasts 10 s", kGatewayUrl);
}

Result<std::string> start_ixp(const Plan& plan, const IxpSite& site, const Processes& processes,
                              const Overlay& overlay) {
  if (const Result<void> rendered = render_empty_ixp(plan, site, overlay); !rendered)
    return fail(rendered.error());
  const Result<void> started = start_bird(processes, site.name(), folder_of(plan, site.name()));
  if (!started) return fail(started.error());
  if (const Result<void> looping = processes.start(generator(plan, site, overlay)); !looping) {
    return fail(looping.error());
  }
  return fmt::format("AS{}, BIRD and generator", kPlatformAs);
}

Result<std::string> upstream_ready(const Plan& plan, const IxpSite& site) {
  const std::uint64_t least = site.table == Table::Real ? 150'000 : 300;
  std::uint64_t held = 0;
  const Result<void> ready = eventually(30s, [&]() -> Result<void> {
    const auto sessions = router_at(plan, site.name()).sessions("upstream_");
    if (!sessions) return fail(sessions.error());
    held = sessions->empty() ? 0 : sessions->front().imported;
    if (held >= least) return {};
    return fail(ErrorKind::Unavailable,
                fmt::format("{} has {} routes of {}", site.name(), held, site.transit));
  });
  if (!ready) return fail(ready.error());
  return fmt::format("AS{}, {} routes at {}", site.transit_as, held, site.name());
}

Result<std::string> join(const MemberMachine& machine, const Plan& plan) {
  if (const Result<void> signed_in = machine.sign_in(); !signed_in) return fail(signed_in.error());
  const Result<Asn> asn = machine.request_asn();
  if (!asn) return fail(asn.error());
  // The function form has one listener for all of them.
  const std::string listener = plan.options.form == Form::Function
                                   ? "peerlab"
                                   : fmt::format("peerlab_n{}", machine.member().node.id.number());
  for (const IxpSite* const site : plan.sites()) {
    const Result<void> known = eventually(15s, [&]() -> Result<void> {
      const Result<std::string> row =
          router_at(plan, site->name()).ask(fmt::format("show protocols {}", listener));
      return row ? Result<void>{} : Result<void>{fail(row.error())};
    });
    if (!known) return fail(known.error());
  }
  if (const Result<void> peering = machine.announce(*asn, {}); !peering)
    return fail(peering.error());
  for (const IxpSite* const site : plan.sites()) {
    const Result<void> established = eventually(20s, [&]() -> Result<void> {
      const auto session =
          established_session(router_at(plan, site->name()), machine.member().node);
      return session ? Result<void>{} : Result<void>{fail(session.error())};
    });
    if (!established) return fail(established.error());
  }
  return fmt::format("AS{} Established", asn->text());
}

}  // namespace peerlab::lab
