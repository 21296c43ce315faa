#include "confgen/sources.h"

#include <fmt/format.h>

#include "base/file.h"
#include "http/date.h"
#include "overlay/headscale_api.h"
#include "wire/mapping_document.h"

namespace peerlab::confgen {
namespace {

constexpr std::size_t kLongest = 64U << 20U;

http::ClientRequest question(const OneShotOptions& options, const LongPoll& poll) {
  http::ClientRequest request;
  request.url = options.mappings_url;
  request.timeout = options.source_timeout + poll.wait;
  request.body_limit = kLongest;
  request.headers.add("Authorization", "Bearer " + options.agent_key.reveal());
  request.headers.add("Accept", "application/json");
  if (!poll.etag.empty()) request.headers.add("If-None-Match", poll.etag);
  // Said also where nothing is waited for: whoever says nothing waits for members' e-mails.
  const char joint = request.url.find('?') == std::string::npos ? '?' : '&';
  request.url += fmt::format("{}wait={}", joint, poll.wait.count());
  return request;
}

// Takes a good answer over, or keeps what was known and says why.
template <class Record>
void take(const Result<Readable<Record>>& answer, std::string_view source,
          std::optional<std::vector<Record>>& known, Collected& collected) {
  if (!answer) {
    collected.failures.push_back(fmt::format("{}: {}", source, answer.error().detail));
    return;
  }
  known = answer->records;
  collected.skipped.insert(collected.skipped.end(), answer->skipped.begin(), answer->skipped.end());
}

}  // namespace

Result<MappingsAnswer> ask_for_mappings(const http::Client& client, const OneShotOptions& options,
                                        const LongPoll& poll) {
  const Result<http::ClientResponse> answer = client.send(question(options, poll));
  if (!answer) return fail(answer.error());
  const auto date = http::parse_http_date(answer->headers.find("Date").value_or(""));
  if (answer->status == 304 && !poll.etag.empty()) {
    return MappingsAnswer{std::nullopt, poll.etag, date};
  }
  if (answer->status == 401 || answer->status == 403) {
    return fail(ErrorKind::Unauthenticated,
                fmt::format("it refused the agent key ({}): compare it with the gateway's "
                            "--agent-keys-file",
                            answer->status));
  }
  if (answer->status != 200) {
    return fail(ErrorKind::Unavailable, fmt::format("it answered {}", answer->status));
  }
  Result<Readable<Mapping>> read = wire::parse_mappings(answer->body);
  if (!read) return fail(read.error());
  return MappingsAnswer{std::move(*read), std::string{answer->headers.find("ETag").value_or("")},
                        date};
}

Result<Readable<Node>> ask_for_nodes(const http::Client& client, const OneShotOptions& options) {
  if (options.nodes_file.empty()) {
    return overlay::fetch_nodes(
        client, {options.headscale_nodes_url, options.headscale_key, options.source_timeout});
  }
  const Result<std::string> text = read_file(options.nodes_file, kLongest);
  return text ? overlay::parse_nodes(*text) : fail(text.error());
}

const char* name_of_nodes_source(const OneShotOptions& options) {
  return options.nodes_file.empty() ? "Headscale" : "the node file";
}

Collected collect(const OneShotOptions& options, const Facts& last_good) {
  const http::Client client;
  Collected collected{last_good, {}, {}};
  const auto mappings = ask_for_mappings(client, options, {}).map([](const MappingsAnswer& answer) {
    return *answer.fresh;  // nothing was said to be known
  });
  take(mappings, kGatewayName, collected.facts.mappings, collected);
  take(ask_for_nodes(client, options), name_of_nodes_source(options), collected.facts.nodes,
       collected);
  return collected;
}

}  // namespace peerlab::confgen
