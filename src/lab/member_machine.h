// What a member does on the machine called like the member: the `peerlab` command, the client's
// configuration, an editor.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/process.h"
#include "domain/asn.h"
#include "domain/prefix48.h"
#include "lab/plan.h"
#include "lab/processes.h"
#include "lab/router.h"

namespace peerlab::lab {

// What a member adds to the configuration that `peerlab-client render` wrote.
struct Edit {
  std::string export_lines = {};         // at the start of filter ExportToIXP
  std::vector<std::string> routes = {};  // further prefixes with a static route of their own
  std::string import_lines = {};         // what the import filter does before it accepts
  // Toward one site, by its name: what it exports there starts with these lines.
  std::map<std::string, std::string> export_lines_at = {};
  std::string only_at = {};  // the one site that the machine peers with; empty: all
};

class MemberMachine {
 public:
  MemberMachine(const Plan& plan, const Member& member);

  // Folders of the member's own, the platform's URL and the machine's addresses: what every command
  // there is given.
  [[nodiscard]] std::map<std::string, std::string> environment() const;
  // `peerlab ARGUMENTS`, in the member's namespace with folders of the member's own.
  [[nodiscard]] Result<std::string> peerlab(std::vector<std::string> arguments) const;
  // The whole device flow: the command waits, the browser's side is played over HTTP.
  [[nodiscard]] Result<void> sign_in() const;
  [[nodiscard]] Result<Asn> request_asn() const;

  // Renders bird.conf for these prefixes, edits it, and has BIRD start or reload with it; the first
  // address of each prefix is this machine's own.
  [[nodiscard]] Result<void> announce(const Asn& asn, const std::vector<Prefix48>& prefixes,
                                      const Edit& edit = {}) const;

  [[nodiscard]] const Member& member() const { return member_; }
  [[nodiscard]] const std::string& name() const { return member_.node.name; }
  [[nodiscard]] Router router() const;
  [[nodiscard]] std::string bird_role() const { return name() + "-bird"; }

 private:
  [[nodiscard]] Command command(std::vector<std::string> argv) const;
  [[nodiscard]] Result<void> hold_addresses(const std::vector<Prefix48>& prefixes) const;

  const Plan& plan_;
  const Member& member_;
  std::filesystem::path folder_;
};

// What `peerlab auth login` asks its user to do: open this, enter that.
struct Invitation {
  std::string url;
  std::string code;  // ABCD-EFGH
};
[[nodiscard]] Result<Invitation> read_invitation(const std::string& printed);

// The text with the edit made; Malformed where the configuration has no such filter.
[[nodiscard]] Result<std::string> edited(std::string configuration, const Edit& edit);

}  // namespace peerlab::lab
