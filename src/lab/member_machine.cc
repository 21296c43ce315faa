#include "lab/member_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "lab/eventually.h"
#include "lab/namespaces.h"
#include "lab/tools.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

bool is_user_code(std::string_view word) {
  return word.size() == 9 && word[4] == '-' &&
         std::count_if(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }) == 8;
}

constexpr std::string_view kSession = "protocol bgp ixp_";

// A filter of its own toward this site, in place of the shipped one.
bool export_at(std::string& configuration, const std::string& site, const std::string& lines) {
  constexpr std::string_view kShared = "export filter ExportToIXP;";
  const std::size_t session = configuration.find(fmt::format("{}{} {{", kSession, site));
  const std::size_t at =
      session == std::string::npos ? session : configuration.find(kShared, session);
  if (at == std::string::npos) return false;
  configuration.replace(
      at, kShared.size(),
      fmt::format("export filter {{ {} if proto = \"peerlab_leases\" then accept; reject; }};",
                  lines));
  return true;
}

void disable_others(std::string& configuration, const std::string& site) {
  for (std::size_t at = configuration.find(kSession); at != std::string::npos;
       at = configuration.find(kSession, at + 1)) {
    const std::size_t brace = configuration.find('{', at);
    if (configuration.substr(at, brace - at) == fmt::format("{}{} ", kSession, site)) continue;
    configuration.insert(brace + 1, " disabled;");
  }
}

}  // namespace

MemberMachine::MemberMachine(const Plan& plan, const Member& member)
    : plan_{plan},
      member_{member},
      folder_{plan.options.directory / "members" / member.node.name} {}

Router MemberMachine::router() const { return Router{folder_ / "bird.ctl"}; }

std::map<std::string, std::string> MemberMachine::environment() const {
  return {{"HOME", folder_.string()},
          {"XDG_CONFIG_HOME", (folder_ / "config").string()},
          {"XDG_STATE_HOME", (folder_ / "state").string()},
          {"XDG_CACHE_HOME", (folder_ / "cache").string()},
          {"PEERLAB_API_URL", std::string{kGatewayUrl}},
          {"PEERLAB_OVERLAY_IPV4", member_.node.ipv4.text()},
          {"PEERLAB_OVERLAY_IPV6", member_.node.ipv6.text()}};
}

Command MemberMachine::command(std::vector<std::string> argv) const {
  Command command{inside(name(), std::move(argv)), environment()};
  command.environment["NO_COLOR"] = "1";
  return command;
}

Result<std::string> MemberMachine::peerlab(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), program(plan_.options, "peerlab").string());
  return output_of(command(std::move(arguments)), 30s);
}

Result<void> MemberMachine::sign_in() const {
  const Command login = command({program(plan_.options, "peerlab").string(), "auth", "login"});
  const Processes processes{plan_.options.directory};
  const std::string role = name() + "-login";
  fs::remove(processes.log_of(role));  // what an earlier sign-in was told is over
  if (const Result<void> started = processes.start(
          {role, name(), {login.argv.begin() + 4, login.argv.end()}, login.environment});
      !started) {
    return started;
  }
  Result<Invitation> invitation = fail(ErrorKind::NotFound, "");
  const Result<void> invited = eventually(10s, [&]() -> Result<void> {
    invitation = read_file(processes.log_of(role)).and_then(read_invitation);
    return invitation ? Result<void>{} : Result<void>{fail(invitation.error())};
  });
  if (!invited) return invited;
  const Command browser{inside(
      name(), {node_program(), (plan_.options.directory / "core/identity/approve.mjs").string(),
               invitation->url, invitation->code, name()})};
  const Result<std::string> approved = output_of(browser, 20s);
  if (!approved) return fail(approved.error());
  return eventually(15s, [&]() -> Result<void> {
    if (processes.running(role))
      return fail(ErrorKind::TimedOut, "`peerlab auth login` still waits");
    const Result<std::string> status = peerlab({"auth", "status"});
    return status ? Result<void>{} : Result<void>{fail(status.error())};
  });
}

Result<Asn> MemberMachine::request_asn() const {
  const Result<std::string> answer = peerlab({"-o", "json", "asn", "request"});
  if (!answer) return fail(answer.error());
  const Result<boost::json::value> document = parse_json(*answer);
  if (!document || !document->is_object()) {
    return fail(ErrorKind::Malformed, "`peerlab -o json asn request` prints no JSON object");
  }
  const auto number = integer_member(document->get_object(), "asn").value_or(0);
  return Asn::make(static_cast<std::uint32_t>(number));
}

Result<void> MemberMachine::hold_addresses(const std::vector<Prefix48>& prefixes) const {
  std::string lines = "addr flush dev lo scope global\n";
  for (const Prefix48& prefix : prefixes) {
    lines += fmt::format("addr replace {}/128 dev lo\n", prefix.host(1).text());
  }
  return ip_batch(name(), lines);
}

Result<void> MemberMachine::announce(const Asn& asn, const std::vector<Prefix48>& prefixes,
                                     const Edit& edit) const {
  std::string list;
  for (const Prefix48& prefix : prefixes) list += (list.empty() ? "" : ",") + prefix.text();
  Command client = command({program(plan_.options, "peerlab-client").string(), "render"});
  client.environment["USER_ASN"] = asn.text();
  client.environment["USER_PREFIXES"] = list;
  const Result<std::string> rendered = output_of(client);
  if (!rendered) return fail(rendered.error());
  const Result<std::string> configuration = edited(*rendered, edit);
  if (!configuration) return fail(configuration.error());
  if (const Result<void> written = write_file(folder_ / "bird.conf", *configuration); !written) {
    return written;
  }
  if (const Result<void> held = hold_addresses(prefixes); !held) return held;
  if (router().answers()) return router().reconfigure();
  return start_bird(Processes{plan_.options.directory}, name(), folder_);
}

Result<Invitation> read_invitation(const std::string& printed) {
  Invitation invitation;
  for (const std::string_view line : split(printed, '\n')) {
    for (const std::string_view word : split(line, ' ')) {
      if (is_user_code(trim(word)) && invitation.code.empty()) invitation.code = trim(word);
      if (word.starts_with("http://") && invitation.url.empty()) invitation.url = trim(word);
    }
  }
  if (!invitation.url.empty() && !invitation.code.empty()) return invitation;
  return fail(ErrorKind::NotFound,
              fmt::format("the command shows no URL and code: {}", printable(printed, 400)));
}

Result<std::string> edited(std::string configuration, const Edit& edit) {
  const auto insert = [&](std::string_view filter, const std::string& lines) {
    if (lines.empty()) return true;
    const std::size_t at = configuration.find(filter);
    const std::size_t brace = at == std::string::npos ? at : configuration.find('{', at);
    if (brace == std::string::npos) return false;
    configuration.insert(brace + 1, "\n" + lines + "\n");
    return true;
  };
  // The shipped filter lets leases pass only: who announces more has to open it.
  const std::string opened = edit.routes.empty()
                                 ? edit.export_lines
                                 : edit.export_lines + "if proto = \"lab_extra\" then accept;";
  if (!insert("filter ExportToIXP", opened) || !insert("filter ImportFromIXP", edit.import_lines)) {
    return fail(ErrorKind::Malformed, "the client's configuration has no such filter to edit");
  }
  for (const auto& [site, lines] : edit.export_lines_at) {
    if (!export_at(configuration, site, lines))
      return fail(ErrorKind::Malformed, "the client's configuration has no session with " + site);
  }
  if (!edit.only_at.empty()) disable_others(configuration, edit.only_at);
  if (!edit.routes.empty()) {
    configuration += "\nprotocol static lab_extra { ipv6;\n";
    for (const std::string& route : edit.routes)
      configuration += fmt::format("  route {} blackhole;\n", route);
    configuration += "}\n";
  }
  return configuration;
}

}  // namespace peerlab::lab
