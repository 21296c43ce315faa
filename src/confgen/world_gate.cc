#include "confgen/world_gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "bird/control_socket.h"

namespace peerlab::confgen {
namespace {

using std::chrono::seconds;

struct Asked {
  RpkiSeen seen;
  bool open = false;  // the gate BIRD has in force
};

Result<Asked> ask_all(bird::ControlSocket& bird) {
  std::vector<std::string> answers;
  for (const std::string_view question :
       {"show protocols all \"rtr_*\"", "show route count table rpki6", "show status",
        "eval peerlab_gate_open()"}) {
    Result<std::string> answer = bird.ask(question);
    if (!answer) return fail(answer.error());
    answers.push_back(std::move(*answer));
  }
  return Asked{{bird::read_rtr_sessions(answers[0]), bird::read_route_count(answers[1]),
                bird::read_uptime(answers[2])},
               answers[3].find("TRUE") != std::string::npos};
}

Result<void> leave_gate(const std::filesystem::path& file, bool open) {
  const std::string text = bird::render_gate(open);
  const Result<std::string> before = read_file(file);
  return before && *before == text ? Result<void>{} : write_file(file, text, 0644);
}

}  // namespace

bool may_open(const RpkiSeen& seen) {
  const bool young = seen.uptime && *seen.uptime >= seconds{0} && *seen.uptime < kGateHold;
  return !young || std::ranges::any_of(seen.servers, &bird::RtrSession::answered);
}

std::vector<std::string> rpki_alarms(const RpkiSeen& seen) {
  std::vector<std::string> alarms;
  for (const bird::RtrSession& server : seen.servers) {
    if (server.established) continue;
    alarms.push_back(fmt::format(
        "ALARM: RTR server {} is down; {}", server.name,
        server.answered ? "what it told stays until it expires" : "nothing is known from it"));
  }
  if (seen.roas == 0U) {
    alarms.emplace_back("ALARM: BIRD knows no ROA at all: no route is RPKI-invalid any more");
  }
  return alarms;
}

std::vector<std::string> tend_world_gate(const policy::Site& site, const OneShotOptions& options) {
  if (site.rtr.empty()) return {};
  const std::filesystem::path file = options.output_file.parent_path() / bird::kGateFile;
  const auto left = [&](bool open, std::vector<std::string> told) {
    const Result<void> written = leave_gate(file, open);
    if (!written) told.push_back(written.error().detail);
    return told;
  };
  Result<bird::ControlSocket> bird = bird::ControlSocket::connect(options.bird_socket);
  if (!bird) return left(false, {});  // who publishes the policy says that BIRD is down
  const Result<Asked> asked = ask_all(*bird);
  if (!asked) return {asked.error().detail};
  const bool open = may_open(asked->seen);
  std::vector<std::string> told = left(open, rpki_alarms(asked->seen));
  if (open == asked->open) return told;
  const Result<std::string> configured = bird->ask("configure");
  if (!configured) told.push_back(configured.error().detail);
  if (configured) {
    told.push_back(open ? "the world is told from now on"
                        : "the world is told nothing until an RTR server has answered");
  }
  return told;
}

}  // namespace peerlab::confgen
