// The product in one machine: core, two IXP servers, an upstream each, one with the real IPv6
// table, a route server, a host on the Internet and members, each in a network namespace of its
// own.  It is the end-to-end test, the demonstration and the class.  Nothing is changed outside its
// namespaces and its directory, and down leaves neither.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace peerlab::lab {

// Which table ixpfra01's upstream announces (the other's is small): every IPv6 origin there is, or
// a few hundred of them.
enum class Table { Real, Small };

// How the IXP server's policy is spelled: peerlab-bird-config --form.
enum class Form { Sessions, Function };

// Where the gateway keeps its ledger: one file, or a PostgreSQL server of the lab's own.
enum class Store { Sqlite, Postgres };

struct LabOptions {
  int members = 2;  // 2..50; the first two are alice and bob
  Table table = Table::Real;
  Form form = Form::Sessions;
  Store store = Store::Sqlite;
  bool keep = false;  // run: leave the lab standing after the check
  std::filesystem::path directory = "/run/peerlab-lab";
  // Where peerlab, peerlab-gateway, peerlab-bird-config and peerlab-client are; empty: beside the
  // running program.
  std::filesystem::path programs = {};
  std::filesystem::path figures =
      {};  // check writes its timings and memory here as JSON; empty: nowhere
};

// Each writes what it does line by line to `out`, why it does nothing to stderr, and returns the
// exit code: 0, or 1 with the promise that was broken, what was seen and where the logs are.
[[nodiscard]] int up(const LabOptions& options, std::ostream& out);
[[nodiscard]] int check(const LabOptions& options, std::ostream& out);  // of a lab that is up
[[nodiscard]] int down(const LabOptions& options,
                       std::ostream& out);  // also of a killed lab, or of none
[[nodiscard]] int run(const LabOptions& options,
                      std::ostream& out);  // up, check, and down unless keep

// `words` names a machine of a lab that is up ("alice", "ixpfra01", "internet") and then a command;
// none: a shell.  It runs there in place of this program, in the machine's folder, with the
// commands of this build and a `birdc` of that machine's BIRD first in PATH and, for a member, the
// member's own folders.  Returns only where it could not be run.
[[nodiscard]] int shell(const LabOptions& options, const std::vector<std::string>& words,
                        std::ostream& out);

}  // namespace peerlab::lab
