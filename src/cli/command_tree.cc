#include "cli/command_tree.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>
#include <sstream>
#include <utility>

#include "base/text.h"
#include "cli/completions.h"
#include "cli/operator_tree.h"
#include "cli/verbs.h"
#include "lab/lab.h"

namespace peerlab::cli {
namespace {

// As on the command line, before it means anything.
struct Words {
  std::string hours, prefix, pool, wait = "0s", method, path, body, fields, topic, shell;
  std::string help;  // of the whole; once a verb is chosen CLI11 gives that verb's
  bool qr = false;
  int events = 20;
  lab::LabOptions lab;
  Chosen chosen;
};
using Kept = std::shared_ptr<Words>;  // by every verb, beyond the life of the tree

constexpr const char* kHours = "1 to 24, as 4 or 4h";
constexpr const char* kPrefix = "2001:db8:1000::/48";

Attempt<LeaseTerm> lease_term(std::string_view text) {
  const std::string_view digits = text.ends_with('h') ? text.substr(0, text.size() - 1) : text;
  const auto hours = parse_decimal<std::uint32_t>(digits);
  if (!hours) {
    return complain(ExitCode::Usage, fmt::format("'{}' is no number of hours", printable(text)),
                    "write it as 4 or 4h");
  }
  const Result<LeaseTerm> term = LeaseTerm::from_hours(*hours);
  if (!term) return complain(ExitCode::Usage, term.error().detail);
  return *term;
}

Attempt<std::chrono::seconds> wait_of(std::string_view text) {
  const auto count =
      text.empty() ? std::nullopt : parse_decimal<std::uint16_t>(text.substr(0, text.size() - 1));
  if (count && text.back() == 's') return std::chrono::seconds{*count};
  if (count && text.back() == 'm') return std::chrono::minutes{*count};
  if (count && text.back() == 'h') return std::chrono::hours{*count};
  return complain(ExitCode::Usage, fmt::format("'{}' is no time to wait", printable(text)),
                  "write it as 30s, 10m or 2h");
}

Attempt<Prefix48> prefix48(std::string_view text) {
  const Result<Prefix48> prefix = Prefix48::parse(text);
  if (!prefix) return complain(ExitCode::Usage, prefix.error().detail);
  return *prefix;
}

Attempt<Question> question(const Words& words) {
  const http::Method method = http::method_of(words.method);
  if (method == http::Method::Other || !words.path.starts_with('/')) {
    return complain(ExitCode::Usage, "a method in capitals and a path are needed",
                    "for example: peerlab api GET /api/user/info");
  }
  return Question{method, words.path, words.body};
}

// CLI11's own lists complain with all they hold, and its table of values takes their numbers too.
CLI::Validator one_of(std::vector<std::string> words) {
  const std::string shown = fmt::format("{{{}}}", fmt::join(words, ","));
  return {[words = std::move(words)](const std::string& given) {
            if (std::ranges::find(words, given) != words.end()) return std::string{};
            return fmt::format("'{}' is none of {}", printable(given), fmt::join(words, ", "));
          },
          shown};
}

// An option that takes one of these words, and what it then means.
template <class Value>
void add_choice(CLI::App& app, const std::string& names, Value& chosen,
                const std::vector<std::pair<std::string, Value>>& choices,
                const std::string& what) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) words.push_back(word);
  const auto choose = [&chosen, choices](const std::string& given) {
    for (const auto& [word, value] : choices) {
      if (word == given) chosen = value;
    }
  };
  app.add_option_function<std::string>(names, choose, what)
      ->option_text(fmt::format("{}", fmt::join(words, "|")))
      ->check(one_of(words));
}

CLI::App& add_verb(CLI::App& parent, const std::string& name, const std::string& what,
                   const Kept& words, PlatformVerb verb) {
  CLI::App* const app = parent.add_subcommand(name, what);
  app->callback([words, verb = std::move(verb)] { words->chosen.verb = verb; });
  return *app;
}

CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& what) {
  CLI::App* const group = parent.add_subcommand(name, what);
  group->require_subcommand(1);
  return *group;
}

void add_auth(CLI::App& parent, const Kept& words) {
  CLI::App& auth = add_group(parent, "auth", "sign in and out");
  add_verb(auth, "login", "sign in with a code in any browser", words, [words](const Call& call) {
    return auth_login(call, words->qr);
  }).add_flag("--qr", words->qr, "draw the URL as a QR code also where this is no terminal");
  add_verb(auth, "status", "who is signed in, asked at the platform", words, &auth_status);
  add_verb(auth, "logout", "forget the tokens of this platform", words, &auth_logout);
}

void add_asn(CLI::App& parent, const Kept& words) {
  CLI::App& asn = add_group(parent, "asn", "your AS number");
  add_verb(asn, "request", "be given one; asked again, the same", words, &asn_request);
  add_verb(asn, "get", "print it", words, &asn_get);
}

void add_prefix(CLI::App& parent, const Kept& words) {
  CLI::App& prefix = add_group(parent, "prefix", "your leased /48s");
  add_verb(prefix, "list", "what you hold, and until when", words, &prefix_list);
  CLI::App& request =
      add_verb(prefix, "request", "lease one for some hours", words, [words](const Call& call) {
        return lease_term(words->hours).and_then([&](const LeaseTerm& term) {
          return wait_of(words->wait).and_then([&](std::chrono::seconds wait) {
            return prefix_request(call, term, {words->pool, wait});
          });
        });
      });
  request.add_option("hours", words->hours, kHours)->required();
  request.add_option("--pool", words->pool, "of this pool, one of those at /api/platform");
  request.add_option("--wait", words->wait,
                     "where all are leased, stand in line so long: 30s, 10m, 2h");
  CLI::App& renew = add_verb(
      prefix, "renew", "keep one for some hours from now", words, [words](const Call& call) {
        return prefix48(words->prefix).and_then([&](const Prefix48& held) {
          return lease_term(words->hours).and_then([&](const LeaseTerm& term) {
            return prefix_renew(call, held, term);
          });
        });
      });
  renew.add_option("prefix", words->prefix, kPrefix)->required();
  renew.add_option("hours", words->hours, kHours)->required();
  add_verb(prefix, "revoke", "give one back before its end", words,
           [words](const Call& call) {
             return prefix48(words->prefix).and_then([&](const Prefix48& held) {
               return prefix_revoke(call, held);
             });
           })
      .add_option("prefix", words->prefix, kPrefix)
      ->required();
  CLI::App& rpki = add_group(prefix, "rpki", "whether a ROA is published for a prefix");
  for (const bool enabled : {true, false}) {
    add_verb(rpki, enabled ? "enable" : "disable", enabled ? "publish one" : "withdraw it", words,
             [words, enabled](const Call& call) {
               return prefix48(words->prefix).and_then([&](const Prefix48& held) {
                 return prefix_rpki(call, held, enabled);
               });
             })
        .add_option("prefix", words->prefix, kPrefix)
        ->required();
  }
}

// Everything behind `shell` is the machine's and the command's, options included.
void add_lab_shell(CLI::App& lab, const Kept& words) {
  CLI::App* const shell = lab.add_subcommand(
      "shell", "stand at a machine of a lab that is up: shell alice [COMMAND...]");
  shell->fallthrough(false);
  shell->prefix_command();
  shell->callback([words, shell] {
    words->chosen.verb = LocalVerb{[words, asked = shell->remaining()](std::ostream& out) {
      return lab::shell(words->lab, asked, out);
    }};
  });
}

void add_lab(CLI::App& parent, const Kept& words) {
  CLI::App& lab = add_group(parent, "lab", "the whole platform in namespaces of this machine");
  const auto add = [&](const char* name, const char* what,
                       int (*verb)(const lab::LabOptions&, std::ostream&)) {
    CLI::App* const app = lab.add_subcommand(name, what);
    app->callback([words, verb] {
      words->chosen.verb =
          LocalVerb{[words, verb](std::ostream& out) { return verb(words->lab, out); }};
    });
    app->add_option("--directory", words->lab.directory, "where its files are")
        ->capture_default_str();
    return app;
  };
  CLI::App* const up = add("up", "bring it up", &lab::up);
  CLI::App* const check =
      add("check", "walk through every promise of a lab that is up", &lab::check);
  add("down", "take it away, also after a kill", &lab::down);
  CLI::App* const run = add("run", "up, check, down", &lab::run);
  for (CLI::App* const app : {up, run}) {
    app->add_option("--members", words->lab.members, "how many, alice and bob among them")
        ->check(CLI::Range(2, 50))
        ->capture_default_str();
    add_choice<lab::Table>(*app, "--table", words->lab.table,
                           {{"real", lab::Table::Real}, {"small", lab::Table::Small}},
                           "what the upstream announces: every IPv6 origin, or a few hundred");
    add_choice<lab::Form>(*app, "--form", words->lab.form,
                          {{"sessions", lab::Form::Sessions}, {"function", lab::Form::Function}},
                          "how the IXP server's policy is spelled");
    add_choice<lab::Store>(*app, "--store", words->lab.store,
                           {{"sqlite", lab::Store::Sqlite}, {"postgres", lab::Store::Postgres}},
                           "where the gateway keeps its ledger: a file, or a PostgreSQL server");
  }
  for (CLI::App* const app : {check, run}) {
    app->add_option("--figures", words->lab.figures, "write timings and memory there, as JSON");
  }
  run->add_flag("--keep", words->lab.keep, "leave the lab standing");
  add_lab_shell(lab, words);
}

// What `peerlab` and `peerlab peering` both take.
void add_member_verbs(CLI::App& parent, const Kept& words) {
  add_asn(parent, words);
  add_prefix(parent, words);
  add_verb(parent, "events", "what happened to you and your leases, the newest first", words,
           [words](const Call& call) { return events(call, words->events); })
      .add_option("--limit", words->events, "how many at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  CLI::App& peerlab = add_group(parent, "peerlab", "the client on your machine");
  add_verb(peerlab, "env", "USER_ASN and USER_PREFIXES for it", words, &peerlab_env);
}

void add_api(CLI::App& parent, const Kept& words) {
  CLI::App& app = add_verb(
      parent, "api", "ask the platform anything; prints what it answers", words,
      [words](const Call& call) {
        return question(*words).and_then([&](const Question& asked) { return api(call, asked); });
      });
  app.add_option("method", words->method, "GET, POST, PUT, DELETE")->required();
  app.add_option("path", words->path, "/api/user/info")->required();
  app.add_option("--data", words->body, "a JSON body");
}

void say(const Kept& words, std::string text) {
  words->chosen.verb = LocalVerb{[text = std::move(text)](std::ostream& out) {
    out << text;
    return static_cast<int>(out.flush() ? ExitCode::Done : ExitCode::Failed);
  }};
}

void collect(const CLI::App& app, const std::string& path, std::vector<Branch>& branches) {
  Branch branch{path, {}};
  for (const CLI::App* const child : app.get_subcommands([](const CLI::App*) { return true; })) {
    branch.words.push_back(child->get_name());
    collect(*child, path + (path.empty() ? "" : " ") + child->get_name(), branches);
  }
  if (!branch.words.empty()) branches.push_back(std::move(branch));
}

void add_help(CLI::App& root, const Kept& words) {
  CLI::App* const help = root.add_subcommand("help", "this text, or a topic: exit-codes");
  help->add_option("topic", words->topic, "exit-codes")->check(one_of({"exit-codes"}));
  help->callback(
      [words] { say(words, words->topic.empty() ? words->help : exit_codes_explained()); });
  CLI::App* const completions =
      root.add_subcommand("completions", "what a shell sources to complete the words");
  completions->add_option("shell", words->shell, "bash, zsh or fish")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}));
  completions->callback([&root, words] {
    std::vector<Branch> branches;
    collect(root, "", branches);
    say(words, completions_for(words->shell, branches));
  });
}

void add_globals(CLI::App& root, const Kept& words, std::string_view version) {
  root.set_version_flag("--version", fmt::format("peerlab {}", version));
  root.add_option("--api-url", words->chosen.api_url,
                  "the platform (environment: PEERLAB_API_URL)");
  add_choice<Format>(root, "-o,--output", words->chosen.style.format,
                     {{"text", Format::Text}, {"json", Format::Json}, {"csv", Format::Csv}},
                     "how data is printed; text is for people");
  root.add_option("--json", words->fields, "JSON of these fields alone: a,b");
  root.add_flag("-q,--quiet", words->chosen.quiet, "data and complaints only");
  root.add_flag("-v,--verbose", words->chosen.verbose, "show each request");
}

void apply_fields(Words& words) {
  if (words.fields.empty()) return;
  words.chosen.style.format = Format::Json;
  for (const std::string_view field : split(words.fields, ',')) {
    words.chosen.style.fields.emplace_back(trim(field));
  }
}

}  // namespace

Chosen choose(std::vector<std::string> given, std::string_view version) {
  const Kept words = std::make_shared<Words>();
  CLI::App root{"PeerLab from the command line: sign in, be given an ASN, lease prefixes.",
                "peerlab"};
  root.footer("Exit codes: peerlab help exit-codes");
  root.fallthrough();
  root.require_subcommand(1);
  add_globals(root, words, version);
  add_auth(root, words);
  add_member_verbs(root, words);
  CLI::App& peering = add_group(root, "peering", "the same verbs, as nxthdr's command has them");
  add_member_verbs(peering, words);
  add_operator(root, [words](PlatformVerb verb) { words->chosen.verb = std::move(verb); });
  add_lab(root, words);
  add_api(root, words);
  add_help(root, words);
  words->help = root.help();
  std::reverse(given.begin(), given.end());  // CLI11 takes them from the back
  try {
    root.parse(std::move(given));
  } catch (const CLI::Success& asked) {
    std::ostringstream text;
    root.exit(asked, text, text);
    say(words, text.str());
  } catch (const CLI::ParseError& error) {
    // CLI11 first misses a verb and only then sees the word that is none.
    const std::vector<std::string> strangers = root.remaining(true);
    words->chosen.verb = Complaint{
        ExitCode::Usage,
        strangers.empty() ? error.what() : fmt::format("'{}' means nothing here", strangers[0]),
        "see peerlab help, or --help behind any verb"};
  }
  apply_fields(*words);
  return std::exchange(words->chosen, {});  // the verb holds its words: they must not hold it too
}

}  // namespace peerlab::cli
