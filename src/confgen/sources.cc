#include "confgen/sources.h"

#include <fmt/format.h>

#include "base/file.h"
#include "http/client.h"
#include "overlay/headscale_api.h"
#include "wire/mapping_document.h"

namespace peerlab::confgen {
namespace {

constexpr std::size_t kLongest = 64U << 20U;

Result<Readable<Mapping>> fetch_mappings(const http::Client& client,
                                         const OneShotOptions& options) {
  http::ClientRequest request;
  request.url = options.mappings_url;
  request.timeout = options.source_timeout;
  request.body_limit = kLongest;
  request.headers.add("Authorization", "Bearer " + options.agent_key.reveal());
  request.headers.add("Accept", "application/json");
  const Result<http::ClientResponse> answer = client.send(request);
  if (!answer) return fail(answer.error());
  if (answer->status == 401 || answer->status == 403) {
    return fail(ErrorKind::Unauthenticated,
                fmt::format("it refused the agent key ({}): compare it with the gateway's "
                            "--agent-keys-file",
                            answer->status));
  }
  if (answer->status != 200) {
    return fail(ErrorKind::Unavailable, fmt::format("it answered {}", answer->status));
  }
  return wire::parse_mappings(answer->body);
}

Result<Readable<Node>> read_nodes(const http::Client& client, const OneShotOptions& options) {
  if (options.nodes_file.empty()) {
    return overlay::fetch_nodes(
        client, {options.headscale_nodes_url, options.headscale_key, options.source_timeout});
  }
  const Result<std::string> text = read_file(options.nodes_file, kLongest);
  return text ? overlay::parse_nodes(*text) : fail(text.error());
}

// Takes a good answer over, or keeps what was known and says why.
template <class Record>
void take(Result<Readable<Record>> answer, std::string_view source,
          std::optional<std::vector<Record>>& known, Collected& collected) {
  if (!answer) {
    collected.failures.push_back(fmt::format("{}: {}", source, answer.error().detail));
    return;
  }
  known = std::move(answer->records);
  collected.skipped.insert(collected.skipped.end(), answer->skipped.begin(), answer->skipped.end());
}

}  // namespace

Collected collect(const OneShotOptions& options, const Facts& last_good) {
  const http::Client client;
  Collected collected{last_good, {}, {}};
  take(fetch_mappings(client, options), "the gateway", collected.facts.mappings, collected);
  take(read_nodes(client, options), options.nodes_file.empty() ? "Headscale" : "the node file",
       collected.facts.nodes, collected);
  return collected;
}

}  // namespace peerlab::confgen
