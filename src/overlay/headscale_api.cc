#include "overlay/headscale_api.h"

#include <fmt/format.h>

namespace peerlab::overlay {
namespace {

constexpr std::size_t kLongest = 64U << 20U;  // a node is 1 to 2 kB: 10,000 members with several

}  // namespace

Result<Readable<Node>> fetch_nodes(const http::Client& client, const HeadscaleAddress& headscale) {
  http::ClientRequest request;
  request.url = headscale.nodes_url;
  request.timeout = headscale.timeout;
  request.body_limit = kLongest;
  request.headers.add("Authorization", "Bearer " + headscale.api_key.reveal());
  request.headers.add("Accept", "application/json");
  const Result<http::ClientResponse> answer = client.send(request);
  if (!answer) return fail(answer.error());
  if (answer->status == 401 || answer->status == 403) {
    return fail(ErrorKind::Unauthenticated,
                fmt::format("it refused the API key ({}): make a new one with `headscale apikeys "
                            "create`",
                            answer->status));
  }
  if (answer->status != 200) {
    return fail(ErrorKind::Unavailable, fmt::format("it answered {}", answer->status));
  }
  return parse_nodes(answer->body);
}

}  // namespace peerlab::overlay
