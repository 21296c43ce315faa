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

// The IXP server's first configuration: nobody may do anything yet.
Result<void> render_empty_ixp(const Plan& plan, const Overlay& overlay) {
  const fs::path folder = plan.options.directory / "ixpfra01";
  const fs::path mappings = folder / "no-mappings.json";
  if (const Result<void> written = write_file(mappings, "{\"mappings\":[]}\n"); !written)
    return written;
  const Result<Outcome> rendered =
      peerlab::run({{program(plan.options, "peerlab-bird-config").string(), "render", "--form",
                     std::string{form_word(plan.options.form)}, "--site",
                     (folder / "site.toml").string(), "--nodes", overlay.node_list().string(),
                     "--mappings", mappings.string(), "--out", folder.string()}});
  if (!rendered) return fail(rendered.error());
  if (rendered->ok()) return {};
  return fail(ErrorKind::Unavailable, fmt::format("peerlab-bird-config render exits {}: {}",
                                                  rendered->exit_code, rendered->errors));
}

Program generator(const Plan& plan, const Overlay& overlay) {
  const fs::path folder = plan.options.directory / "ixpfra01";
  return {"ixpfra01-generator",
          "ixpfra01",
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

}  // namespace

Router ixp_router(const Plan& plan) { return Router{plan.options.directory / "ixpfra01/bird.ctl"}; }
Router transit_router(const Plan& plan) {
  return Router{plan.options.directory / "transit/bird.ctl"};
}
Router route_server_router(const Plan& plan) {
  return Router{plan.options.directory / "routeserver/bird.ctl"};
}

Result<SeenSession> established_session(const Router& ixp, const OverlayNode& node) {
  const Result<std::vector<SeenSession>> sessions = ixp.sessions("peerlab_");
  if (!sessions) return fail(sessions.error());
  for (const SeenSession& session : *sessions) {
    if (session.neighbour == node.ipv4.text() && session.state == "Established") return session;
  }
  return fail(ErrorKind::NotFound, fmt::format("{} has no session at ixpfra01", node.name));
}

Result<void> write_files(const Plan& plan) {
  const fs::path& root = plan.options.directory;
  std::error_code error;
  for (const char* folder : {"log", "pids", "core/identity", "ixpfra01/state", "transit",
                             "routeserver", "stranger", "second"}) {
    fs::create_directories(root / folder, error);
  }
  for (const Member& member : plan.members)
    fs::create_directories(root / "members" / member.node.name, error);
  if (error)
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot make {}: {}", root.string(), error.message()));
  const Result<fs::path> modules = node_modules(plan.options);
  if (!modules) return fail(modules.error());
  const Result<WorldFiles> world =
      world_files(plan.options.table, *modules / "@ip-location-db/asn/asn-ipv6.csv");
  if (!world) return fail(world.error());
  const Result<std::string> roas = read_file(world->roas);
  if (!roas) return fail(roas.error());
  const std::string agent_key = random_hex(24);
  const std::vector<std::tuple<const char*, std::string, mode_t>> files{
      {"core/identity/idp.mjs", std::string{embedded::lab_idp}, 0644},
      {"core/identity/pages.mjs", std::string{embedded::lab_pages}, 0644},
      {"core/identity/approve.mjs", std::string{embedded::lab_approve}, 0644},
      {"core/gateway.toml", gateway_configuration(plan), 0644},
      {"core/roas.json", *roas, 0644},
      {"core/agent-keys", agent_key + "\n", 0600},
      {"ixpfra01/agent-key", agent_key + "\n", 0600},
      {"ixpfra01/site.toml", site_description(plan), 0644},
      {"transit/bird.conf", transit_configuration(world->table), 0644},
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
  for (const char* place : {"transit", "routeserver"}) {
    const Result<void> started = start_bird(processes, place, plan.options.directory / place);
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

Result<std::string> start_ixp(const Plan& plan, const Processes& processes,
                              const Overlay& overlay) {
  if (const Result<void> rendered = render_empty_ixp(plan, overlay); !rendered)
    return fail(rendered.error());
  const Result<void> started =
      start_bird(processes, "ixpfra01", plan.options.directory / "ixpfra01");
  if (!started) return fail(started.error());
  if (const Result<void> looping = processes.start(generator(plan, overlay)); !looping) {
    return fail(looping.error());
  }
  return fmt::format("AS{}, BIRD and generator", kPlatformAs);
}

Result<std::string> upstream_ready(const Plan& plan) {
  const std::uint64_t least = plan.options.table == Table::Real ? 150'000 : 300;
  std::uint64_t held = 0;
  const Result<void> ready = eventually(30s, [&]() -> Result<void> {
    const auto sessions = ixp_router(plan).sessions("upstream_transit");
    if (!sessions) return fail(sessions.error());
    held = sessions->empty() ? 0 : sessions->front().imported;
    if (held >= least) return {};
    return fail(ErrorKind::Unavailable, fmt::format("ixpfra01 has {} routes of transit", held));
  });
  if (!ready) return fail(ready.error());
  return fmt::format("AS{}, {} routes at ixpfra01", kTransitAs, held);
}

Result<std::string> join(const MemberMachine& machine, const Plan& plan) {
  if (const Result<void> signed_in = machine.sign_in(); !signed_in) return fail(signed_in.error());
  const Result<Asn> asn = machine.request_asn();
  if (!asn) return fail(asn.error());
  // The function form has one listener for all of them.
  const std::string listener = plan.options.form == Form::Function
                                   ? "peerlab"
                                   : fmt::format("peerlab_n{}", machine.member().node.id.number());
  const Result<void> known = eventually(15s, [&]() -> Result<void> {
    const Result<std::string> row =
        ixp_router(plan).ask(fmt::format("show protocols {}", listener));
    return row ? Result<void>{} : Result<void>{fail(row.error())};
  });
  if (!known) return fail(known.error());
  if (const Result<void> peering = machine.announce(*asn, {}); !peering)
    return fail(peering.error());
  const Result<void> established = eventually(20s, [&]() -> Result<void> {
    const auto session = established_session(ixp_router(plan), machine.member().node);
    return session ? Result<void>{} : Result<void>{fail(session.error())};
  });
  if (!established) return fail(established.error());
  return fmt::format("AS{} Established", asn->text());
}

}  // namespace peerlab::lab
