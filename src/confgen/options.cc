#include "confgen/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/file.h"
#include "base/text.h"
#include "confgen/exit_code.h"

namespace peerlab::confgen {
namespace {

struct SpelledForm {
  std::string form, label;
};

struct Spelled {  // as on the command line, before it means anything
  OneShotOptions one_shot;
  RenderOptions render;
  std::string headscale_key, headscale_key_file, agent_key, agent_key_file, now, asn;
  SpelledForm form, render_form;
  SpelledAnnouncement announcement;
  bool json = false;  // -o json
};

struct Verbs {
  CLI::App* render;
  CLI::App* apply;
  CLI::App* plan;
  CLI::App* rollback;
  CLI::App* status;
  CLI::App* explain;
};

void add_spelling(CLI::App& app, SpelledForm& spelled, const std::string& form) {
  app.add_option("--form", spelled.form,
                 "sessions: rows of sessions and leases; function: enforce_user_policy(ip)")
      ->check(CLI::IsMember({"sessions", "function"}))
      ->default_str(form);
  app.add_option("--label", spelled.label,
                 "how members are named to who reads the policy: email, or the hash")
      ->check(CLI::IsMember({"email", "hash"}))
      ->default_str("email in the function form, else hash");
}

void add_one_shot(CLI::App& app, Spelled& spelled) {
  OneShotOptions& options = spelled.one_shot;
  app.add_option("--site", options.site_file, "this IXP server's site.toml");
  app.add_option("--asn", spelled.asn, "the platform's AS, where there is no --site");
  add_spelling(app, spelled.form, "sessions with --site, else function");
  CLI::Option* const headscale =
      app.add_option("--headscale-api-url", options.headscale_nodes_url,
                     "Headscale's node list, the whole https://.../api/v1/node")
          ->envname("HEADSCALE_API_URL");
  app.add_option("--headscale-api-key", spelled.headscale_key,
                 "its API key (visible in the process list: prefer --headscale-api-key-file)")
      ->envname("HEADSCALE_API_KEY");
  app.add_option("--headscale-api-key-file", spelled.headscale_key_file, "a file that holds it");
  // A file on the command line outranks a Headscale of the environment.
  app.add_option_function<std::string>(
         "--nodes",
         [&options, headscale](const std::string& file) {
           options.nodes_file = file;
           headscale->envname("");
         },
         "a file of Headscale's JSON, instead of Headscale")
      ->trigger_on_parse();
  app.add_option("--peerlab-gateway-url", options.mappings_url,
                 "the gateway's mappings, the whole https://.../service/mappings")
      ->envname("PEERLAB_GATEWAY_URL");
  app.add_option("--peerlab-agent-key", spelled.agent_key,
                 "the agent key (visible in the process list: prefer --peerlab-agent-key-file)")
      ->envname("PEERLAB_AGENT_KEY");
  app.add_option("--peerlab-agent-key-file", spelled.agent_key_file, "a file that holds it");
  app.add_option("--output-file", options.output_file, "the policy that bird.conf includes")
      ->envname("BIRD_CONFIG_OUTPUT")
      ->default_val("/etc/bird/peerlab_generated.conf");
  app.add_option("--bird-config", options.bird_config,
                 "the configuration the policy is checked in; where there is none, one is rendered")
      ->default_val("/etc/bird/bird.conf");
  app.add_option("--bird-socket", options.bird_socket, "BIRD's control socket")
      ->default_val("/run/bird/bird.ctl");
  app.add_option("--state-directory", options.state_directory, "where facts and state are kept")
      ->envname("STATE_DIRECTORY")
      ->default_str("/var/lib/peerlab; without --site the output file's name and .state");
  app.add_option_function<unsigned>(
         "--source-timeout",
         [&options](unsigned seconds) { options.source_timeout = std::chrono::seconds{seconds}; },
         "how long each source may take, in seconds")
      ->default_str("10")
      ->check(CLI::Range(1, 300));
  app.add_flag("--watch", options.watch,
               "go on: act within a second on whatever changes, begins or ends");
  app.add_option_function<unsigned>(
         "--headscale-poll",
         [&options](unsigned seconds) { options.headscale_poll = std::chrono::seconds{seconds}; },
         "with --watch: seconds between two questions to Headscale")
      ->default_str("5")
      ->check(CLI::Range(1, 300));
  app.add_flag("--accept-shrink", options.accept_shrink,
               "act on an answer that names far fewer members than before");
}

void add_render(CLI::App& render, Spelled& spelled) {
  RenderOptions& options = spelled.render;
  render.add_option("--site", options.site_file, "this IXP server's site.toml")->required();
  add_spelling(render, spelled.render_form, "sessions");
  render.add_option("--nodes", options.nodes_file, "a file of Headscale's JSON; none: no sessions");
  render.add_option("--mappings", options.mappings_file,
                    "a file of the gateway's JSON; none: no leases");
  render.add_option("--out", options.out, "the directory to write")->required();
  render.add_option("--now", spelled.now, "judge leases at this RFC 3339 time instead of now");
}

void add_output(CLI::App& verb, bool& json) {
  verb.add_option_function<std::string>(
          "-o,--output", [&json](const std::string& format) { json = format == "json"; },
          "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_str("text");
}

// A verb takes the options of a run too, before or after its name.
Verbs add_verbs(CLI::App& app, Spelled& spelled) {
  const auto verb = [&app](const char* name, const char* what) {
    return app.add_subcommand(name, what)->fallthrough();
  };
  Verbs verbs{
      app.add_subcommand("render", "write a whole BIRD directory, offline"),
      verb("apply", "one run: the same as no verb at all"),
      verb("plan", "what a run would change; exit code 8 where something would"),
      verb("rollback", "back to the policy that was accepted before the one in force"),
      verb("status", "what the last run left"),
      verb("explain", "how one announcement is judged, check by check, and who would see it")};
  app.require_subcommand(0, 1);
  add_render(*verbs.render, spelled);
  add_announcement(*verbs.explain, spelled.announcement);
  for (CLI::App* const printing : {verbs.plan, verbs.status, verbs.explain}) {
    add_output(*printing, spelled.json);
  }
  return verbs;
}

Result<Secret> secret_from(const std::string& given, const std::string& file) {
  if (file.empty()) return Secret{given};
  const Result<std::string> text = read_file(file, 4096);
  if (!text) return fail(text.error());
  if (trim(*text).empty()) return fail(ErrorKind::Malformed, file + " is empty");
  return Secret{std::string{trim(*text)}};
}

int refuse(const std::string& problem) {
  std::cerr << "peerlab-bird-config: " << problem << "\n";
  return exit_code::kUsage;
}

Spelling spelling_from(const SpelledForm& spelled, bird::Form usual) {
  Spelling spelling{usual, Naming::Hash};
  if (!spelled.form.empty()) {
    spelling.form = spelled.form == "function" ? bird::Form::Function : bird::Form::Sessions;
  }
  const bool email =
      spelled.label.empty() ? spelling.form == bird::Form::Function : spelled.label == "email";
  if (email) spelling.naming = Naming::Email;
  return spelling;
}

// What follows from there being a site file or none; nullopt: all is well.
std::optional<Leave> settle_site(Spelled& spelled) {
  OneShotOptions& options = spelled.one_shot;
  const bool site = !options.site_file.empty();
  options.spelling =
      spelling_from(spelled.form, site ? bird::Form::Sessions : bird::Form::Function);
  if (!site && options.spelling.form == bird::Form::Sessions) {
    return Leave{refuse("--form sessions needs to know the IXP server: --site site.toml")};
  }
  if (options.state_directory.empty()) {
    options.state_directory = site ? "/var/lib/peerlab" : options.output_file.string() + ".state";
  }
  if (spelled.asn.empty()) return std::nullopt;
  if (site) return Leave{refuse("the site file says the platform's AS: leave --asn out")};
  const Result<Asn> asn = Asn::parse(spelled.asn);
  if (!asn) return Leave{refuse("--asn: " + asn.error().detail)};
  options.asn = *asn;
  return std::nullopt;
}

Task one_shot_from(Spelled& spelled) {
  OneShotOptions& options = spelled.one_shot;
  if (options.mappings_url.empty()) {
    return Leave{
        refuse("say where the gateway is: --peerlab-gateway-url https://.../service/mappings")};
  }
  if (options.nodes_file.empty() == options.headscale_nodes_url.empty()) {
    return Leave{refuse("name one source of nodes: --headscale-api-url or --nodes")};
  }
  Result<Secret> agent = secret_from(spelled.agent_key, spelled.agent_key_file);
  if (!agent) return Leave{refuse(agent.error().detail)};
  if (agent->empty()) return Leave{refuse("the gateway asks for a key: --peerlab-agent-key-file")};
  Result<Secret> headscale = secret_from(spelled.headscale_key, spelled.headscale_key_file);
  if (!headscale) return Leave{refuse(headscale.error().detail)};
  if (options.nodes_file.empty() && headscale->empty()) {
    return Leave{refuse("Headscale asks for a key: --headscale-api-key-file")};
  }
  options.agent_key = std::move(*agent);
  options.headscale_key = std::move(*headscale);
  return options;
}

Task plan_from(Spelled& spelled) {
  PlanOptions plan{spelled.one_shot, spelled.json};
  if (plan.one_shot.mappings_url.empty()) return plan;
  const Task asked = one_shot_from(spelled);
  if (!std::holds_alternative<OneShotOptions>(asked)) return asked;
  plan.one_shot = std::get<OneShotOptions>(asked);
  return plan;
}

Task explain_from(const Spelled& spelled) {
  const Result<Announcement> announcement = read_announcement(spelled.announcement);
  if (!announcement) return Leave{refuse(announcement.error().detail)};
  return ExplainOptions{spelled.one_shot.site_file, spelled.one_shot.state_directory,
                        spelled.one_shot.bird_socket, *announcement, spelled.json};
}

Task verb_from(const Verbs& verbs, Spelled& spelled) {
  if (const auto refused = settle_site(spelled)) return *refused;
  const OneShotOptions& options = spelled.one_shot;
  if (verbs.status->parsed()) return StatusOptions{options.state_directory, spelled.json};
  if (verbs.plan->parsed()) return plan_from(spelled);
  const bool needs_site = verbs.rollback->parsed() || verbs.explain->parsed();
  if (needs_site && options.site_file.empty()) {
    return Leave{refuse("say which IXP server this is: --site site.toml")};
  }
  if (verbs.rollback->parsed()) return RollbackOptions{options};
  return verbs.explain->parsed() ? explain_from(spelled) : one_shot_from(spelled);
}

Task render_from(Spelled& spelled) {
  if (!spelled.now.empty()) {
    const Result<Instant> now = parse_rfc3339(spelled.now);
    if (!now) return Leave{refuse("--now: " + now.error().detail)};
    spelled.render.now = *now;
  }
  spelled.render.spelling = spelling_from(spelled.render_form, bird::Form::Sessions);
  return spelled.render;
}

}  // namespace

Task parse_options(int argc, const char* const* argv, std::ostream& out) {
  CLI::App app{"Turns members, leases and nodes into the BIRD policy of one IXP server.",
               "peerlab-bird-config"};
  app.footer(std::string{exit_code::kExplained});
  Spelled spelled;
  add_one_shot(app, spelled);
  const Verbs verbs = add_verbs(app, spelled);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Leave{app.exit(error, out, std::cerr) == 0 ? exit_code::kDone : exit_code::kUsage};
  }
  return verbs.render->parsed() ? render_from(spelled) : verb_from(verbs, spelled);
}

}  // namespace peerlab::confgen
