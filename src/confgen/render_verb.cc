// peerlab-bird-config render: the same compilation, offline.
#include <fmt/format.h>

#include <iostream>

#include "base/file.h"
#include "confgen/exit_code.h"
#include "confgen/one_shot.h"
#include "confgen/server_directory.h"
#include "confgen/site_file.h"
#include "overlay/headscale.h"
#include "policy/compile.h"
#include "wire/mapping_document.h"

namespace peerlab::confgen {
namespace {

int leave(int code, std::string_view line) {
  std::cerr << "peerlab-bird-config: " << line << "\n";
  return code;
}

void print(std::ostream& out, std::string_view kind, const std::vector<Skipped>& list) {
  for (const Skipped& one : list) out << fmt::format("{} {}: {}\n", kind, one.what, one.reason);
}

template <class Record>
Result<Readable<Record>> read_records(const std::filesystem::path& file,
                                      Result<Readable<Record>> (*parse)(std::string_view)) {
  if (file.empty()) return Readable<Record>{};
  const Result<std::string> text = read_file(file);
  Result<Readable<Record>> records = text ? parse(*text) : fail(text.error());
  if (records || !text) return records;
  return fail(records.error().kind, fmt::format("{}: {}", file.string(), records.error().detail));
}

}  // namespace

int run_render(const RenderOptions& options, const Clock& clock, std::ostream& out) {
  const Result<policy::Site> site = read_site_file(options.site_file);
  if (!site) return leave(exit_code::kUsage, site.error().detail);
  const Result<void> fits = can_spell(*site, options.spelling);
  if (!fits) return leave(exit_code::kUsage, fits.error().detail);
  const auto nodes = read_records<Node>(options.nodes_file, &overlay::parse_nodes);
  if (!nodes) return leave(exit_code::kSourceFailed, nodes.error().detail);
  const auto mappings = read_records<Mapping>(options.mappings_file, &wire::parse_mappings);
  if (!mappings) return leave(exit_code::kSourceFailed, mappings.error().detail);
  const auto compiled =
      policy::compile(mappings->records, nodes->records, *site, options.now.value_or(clock.now()));
  const Result<void> written =
      write_server_directory(options.out, *site,
                             spelled_policy(compiled.policy, mappings->records,
                                            policy::server_of(*site), options.spelling),
                             options.spelling.form);
  if (!written) return leave(exit_code::kCannotWrite, written.error().detail);
  print(out, "CONTRADICTION, left out:", compiled.contradictions);
  print(out, "skipped", nodes->skipped);
  print(out, "skipped", mappings->skipped);
  print(out, "skipped", compiled.skipped);
  out << fmt::format("{}: {} sessions, {} leases; check it with: bird -p -c {}\n",
                     options.out.string(), compiled.policy.rules().size(),
                     compiled.policy.leases().size(), (options.out / "bird.conf").string());
  return exit_code::kDone;
}

}  // namespace peerlab::confgen
