#include "client/program.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "client/member_facts.h"

namespace peerlab::client {
namespace {

constexpr int kDone = 0, kFailed = 1, kUsage = 2, kUnreachable = 6;

struct RenderOptions {
  std::string asn, prefixes, api_url, overlay_ipv4, overlay_ipv6;
  std::filesystem::path platform_file, template_file, out;
  bool check = false;
};

void add_options(CLI::App& render, RenderOptions& options) {
  render.add_option("--asn", options.asn, "your ASN")->envname("USER_ASN");
  render
      .add_option("--prefixes", options.prefixes,
                  "your leased /48s, comma-separated; none: receive-only")
      ->envname("USER_PREFIXES");
  render.add_option("--api-url", options.api_url, "the platform's URL")->envname("PEERLAB_API_URL");
  render.add_option("--platform", options.platform_file,
                    "a file of GET /api/platform's JSON, instead of the URL");
  render
      .add_option("--overlay-ipv4", options.overlay_ipv4, "your overlay address; else found here")
      ->envname("PEERLAB_OVERLAY_IPV4");
  render
      .add_option("--overlay-ipv6", options.overlay_ipv6, "your overlay address; else found here")
      ->envname("PEERLAB_OVERLAY_IPV6");
  render.add_option("--template", options.template_file, "your own copy of bird.conf.mustache");
  render.add_option("--out", options.out, "write there instead of to standard output");
  render.add_flag("--check", options.check, "let `bird -p` read the result first");
}

int leave(int code, const std::string& line) {
  std::cerr << "peerlab-client: " << line << "\n";
  return code;
}

// OutOfRange is what a person gave and may give otherwise; what a file or the platform says wrongly
// is Malformed or Unprocessable.
int exit_code_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Unavailable:
    case ErrorKind::TimedOut:
      return kUnreachable;
    case ErrorKind::OutOfRange:
      return kUsage;
    default:
      return kFailed;
  }
}

// `bird -p` over the text, which it reads from its standard input.  Debian's PATH leaves out for
// people where daemons are.
Result<void> check_with_bird(const std::string& text) {
  Result<Outcome> outcome = fail(ErrorKind::NotFound, "");
  for (const char* const bird : {"bird", "/usr/sbin/bird", "/usr/local/sbin/bird"}) {
    Command command{{bird, "-p", "-c", "/dev/stdin"}};
    command.input = text;
    outcome = run(command, std::chrono::seconds{30});
    if (outcome || outcome.error().kind != ErrorKind::NotFound) break;
  }
  if (!outcome && outcome.error().kind == ErrorKind::NotFound) {
    return fail(ErrorKind::NotFound,
                "--check needs BIRD, which is neither in PATH nor in /usr/sbin or /usr/local/sbin: "
                "install bird2");
  }
  if (!outcome) return fail(outcome.error());
  if (outcome->ok()) return {};
  return fail(ErrorKind::Malformed,
              fmt::format("BIRD refuses this configuration: {}", trim(outcome->errors)));
}

Result<std::string> rendered(const RenderOptions& options, const Asn& asn,
                             const std::vector<Prefix48>& prefixes) {
  const auto own = overlay_addresses(options.overlay_ipv4, options.overlay_ipv6);
  if (!own) return fail(own.error());
  const auto platform = platform_facts(options.api_url, options.platform_file);
  if (!platform) return fail(platform.error());
  if (asn == platform->asn) {
    return fail(ErrorKind::OutOfRange,
                fmt::format("USER_ASN or --asn: AS{} is the platform's own; yours is what `peerlab "
                            "asn get` prints",
                            asn.text()));
  }
  auto sites = client_sites(*platform);
  if (!sites) return fail(sites.error());
  std::string text{bird::shipped_client_template()};
  if (!options.template_file.empty()) {
    Result<std::string> copy = read_file(options.template_file, 1U << 20U);
    if (!copy) return copy;
    text = std::move(*copy);
  }
  return bird::render_client(
      text, {asn, prefixes, platform->asn, own->ipv4, own->ipv6, std::move(*sites)});
}

int render_to(const RenderOptions& options, std::ostream& out) {
  const Result<Asn> asn = Asn::parse(options.asn);
  if (!asn) return leave(kUsage, "USER_ASN or --asn: " + asn.error().detail);
  const auto prefixes = parse_prefix_list(options.prefixes);
  if (!prefixes) return leave(kUsage, "USER_PREFIXES or --prefixes: " + prefixes.error().detail);
  const Result<std::string> text = rendered(options, *asn, *prefixes);
  if (!text) return leave(exit_code_of(text.error()), text.error().detail);
  if (options.check) {
    const Result<void> accepted = check_with_bird(*text);
    if (!accepted) return leave(kFailed, accepted.error().detail);
  }
  if (options.out.empty()) {
    out << *text;
    return out.flush() ? kDone : leave(kFailed, "cannot write to standard output");
  }
  const Result<void> written = write_file(options.out, *text);
  return written ? kDone : leave(kFailed, written.error().detail);
}

}  // namespace

int run_program(int argc, const char* const* argv, std::ostream& out) {
  CLI::App app{"A member's machine: writes BIRD's configuration.", "peerlab-client"};
  app.set_version_flag("--version", fmt::format("peerlab-client {}", PEERLAB_VERSION));
  app.require_subcommand(1);
  RenderOptions options;
  add_options(*app.add_subcommand("render", "print the BIRD configuration for your ASN and leases"),
              options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, std::cerr) == 0 ? kDone : kUsage;
  }
  return render_to(options, out);
}

}  // namespace peerlab::client
