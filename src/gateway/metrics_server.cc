#include "gateway/metrics_server.h"

#include "metrics/page.h"

namespace peerlab::gateway {
namespace {

using namespace std::chrono_literals;

http::Response plain(int status, std::string text) {
  return {status, {{"Content-Type", "text/plain"}}, std::move(text)};
}

http::Response scraped(const http::Request& request, const std::function<std::string()>& page) {
  if (request.path != "/metrics") return plain(404, "the figures are at /metrics\n");
  if (request.method != http::Method::Get && request.method != http::Method::Head) {
    http::Response refused = plain(405, "this route takes GET, HEAD\n");
    refused.headers.add("Allow", "GET, HEAD");
    return refused;
  }
  return {200, {{"Content-Type", std::string{metrics::kContentType}}}, page()};
}

}  // namespace

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const std::string& address,
                                                            std::function<std::string()> page) {
  http::ServerOptions options{.address = address};
  options.threads = options.threads_max = 1;
  options.connections_max = 16;
  options.drain_timeout = 1s;
  auto server = http::Server::listen(
      options,
      [page = std::move(page)](const http::Request& request) { return scraped(request, page); },
      [](const http::Refusal& refusal) { return plain(refusal.status, refusal.message + "\n"); });
  if (!server) return fail(server.error());
  return std::unique_ptr<MetricsServer>{new MetricsServer{*std::move(server)}};
}

// What run() says is of no interest: a scrape that is cut is asked for again.
MetricsServer::MetricsServer(std::unique_ptr<http::Server> server)
    : server_{std::move(server)}, thread_{[this] { static_cast<void>(server_->run()); }} {}

MetricsServer::~MetricsServer() {
  server_->stop();
  thread_.join();
}

}  // namespace peerlab::gateway
