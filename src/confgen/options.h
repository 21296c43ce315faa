// What peerlab-bird-config was asked to do: flag > environment > default.
#pragma once

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/secret.h"
#include "confgen/spelling.h"
#include "confgen/verb_options.h"
#include "domain/asn.h"

namespace peerlab::confgen {

// One run: facts in, policy out.
struct OneShotOptions {
  // Empty: the existing generator's flags alone.  The pool is then what the mappings say, and the
  // policy is only written: whoever started us reloads BIRD.
  std::filesystem::path site_file;
  std::optional<Asn> asn;  // the platform's, where no site file says it
  Spelling spelling;
  std::filesystem::path nodes_file;  // instead of Headscale
  std::string headscale_nodes_url;   // the whole .../api/v1/node
  Secret headscale_key;
  std::string mappings_url;  // the whole .../service/mappings
  Secret agent_key;
  std::filesystem::path output_file;
  std::filesystem::path
      bird_config;  // what the check includes; where there is none, a rendered server is
  std::filesystem::path bird_socket;
  std::filesystem::path state_directory;
  std::chrono::seconds source_timeout{10};
  bool accept_shrink = false;
  bool watch = false;                      // go on until told to stop
  std::chrono::seconds headscale_poll{5};  // between two questions, with `watch`
};

// A whole directory, offline: for a look, a review, a test elsewhere, and for an IXP server's first
// installation.
struct RenderOptions {
  std::filesystem::path site_file;
  Spelling spelling;
  std::filesystem::path nodes_file;     // empty: no nodes
  std::filesystem::path mappings_file;  // empty: no mappings
  std::filesystem::path out;
  std::optional<Instant> now;
};

// What a run would do.  Without a gateway's address: from the kept facts.
struct PlanOptions {
  OneShotOptions one_shot;
  bool json = false;
};

// Back to the policy that was accepted before; needs a site file.
struct RollbackOptions {
  OneShotOptions one_shot;
};

struct StatusOptions {
  std::filesystem::path state_directory;
  bool json = false;
};

// How one announcement is judged, offline.
struct ExplainOptions {
  std::filesystem::path site_file;
  std::filesystem::path state_directory;
  std::filesystem::path bird_socket;
  Announcement announcement;
  bool json = false;
};

// Exit at once with this code: help, version, or a usage error that is already printed.
struct Leave {
  int exit_code;
};

// `out` is where help goes.
using Task = std::variant<OneShotOptions, RenderOptions, PlanOptions, RollbackOptions,
                          StatusOptions, ExplainOptions, Leave>;
[[nodiscard]] Task parse_options(int argc, const char* const* argv, std::ostream& out);

}  // namespace peerlab::confgen
