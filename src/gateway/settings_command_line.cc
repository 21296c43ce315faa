#include "gateway/settings_command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

namespace peerlab::gateway {
namespace {

CLI::Option* add_setting(CLI::App& app, const SettingKey& key, std::vector<std::string>& values) {
  std::string names = flag_of(key);
  if (!key.also_flag.empty()) names += fmt::format(",{}", key.also_flag);
  // const: CLI11 takes another string for the variable to write a flag's value to.
  const std::string help =
      key.preset.empty() ? std::string{key.help} : fmt::format("{} [{}]", key.help, key.preset);
  if (key.shape == Shape::Switch) return app.add_flag(names, help);
  CLI::Option* const option = app.add_option(names, values, help)->allow_extra_args(false);
  option->type_name(key.shape == Shape::Number ? "NUMBER" : "TEXT");
  if (key.shape != Shape::List) option->expected(1);
  return option;
}

Given given_by(const CLI::Option& option, const SettingKey& key) {
  Given given{Source::Flag, {}};
  const std::string where = flag_of(key);
  for (const std::string& text : option.results()) given.spelled.push_back({text, where});
  return given;
}

constexpr const char* kFooter =
    "Every flag --some-name may also be said as PEERLAB_GATEWAY_SOME_NAME in the environment\n"
    "(lists comma-separated) or as some_name in the file; the flag is the strongest, then the\n"
    "environment. An issuer, an audience and a pool are enough to start.\n"
    "Exit codes: 0 done, 1 failed, 2 usage or configuration.";

}  // namespace

std::variant<CommandLine, LeaveWith> parse_command_line(int argc, const char* const* argv,
                                                        std::ostream& out) {
  CLI::App app{
      "The HTTP API of a PeerLab platform: ASNs and leases for members, mappings for IXP "
      "servers.",
      "peerlab-gateway"};
  app.footer(kFooter);
  app.set_version_flag("--version", "peerlab-gateway " PEERLAB_VERSION);
  CommandLine line;
  app.add_option("--config", line.config_file, "a TOML file of settings");
  std::vector<std::pair<const SettingKey*, CLI::Option*>> options;
  std::vector<std::vector<std::string>> values(all_setting_keys().size());
  for (const SettingKey& key : all_setting_keys()) {
    options.emplace_back(&key, add_setting(app, key, values[options.size()]));
  }
  const auto verb = [&](const char* name, const char* help, Verb meaning) {
    app.add_subcommand(name, help)->fallthrough()->callback([&line, meaning] {
      line.verb = meaning;
    });
  };
  verb("check-config", "validate, and print the effective configuration with every value's origin",
       Verb::CheckConfig);
  verb("export", "write the whole ledger to standard output, whatever store it lies in",
       Verb::Export);
  verb("import", "fill an empty store with the ledger that standard input exports", Verb::Import);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return LeaveWith{app.exit(error, out, std::cerr) == 0 ? kDone : kUsage};
  }
  for (const auto& [key, option] : options) {
    if (option->count() > 0) line.given.emplace(key->name, given_by(*option, *key));
  }
  return line;
}

}  // namespace peerlab::gateway
