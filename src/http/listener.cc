#include "http/listener.h"

#include <fmt/format.h>

#include <boost/asio/ip/v6_only.hpp>

#include "base/text.h"

namespace peerlab::http {
namespace {

using asio::ip::tcp;

Result<tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto wrong = [&] {
    return fail(
        ErrorKind::Malformed,
        fmt::format("'{}' is not an address to listen on, such as 127.0.0.1:8080 or [::]:8080",
                    printable(text)));
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string_view host = text.substr(0, colon);
  const auto port = parse_decimal<std::uint16_t>(text.substr(colon + 1));
  if (!port) return wrong();
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  error_code failed;
  const auto address = asio::ip::make_address(std::string{host}, failed);
  if (failed || address.is_v6() != bracketed) return wrong();
  return tcp::endpoint{address, *port};
}

}  // namespace

Result<void> listen_on(Acceptor& acceptor, const std::string& address) {
  const Result<tcp::endpoint> endpoint = parse_endpoint(address);
  if (!endpoint) return fail(endpoint.error());
  error_code failed;
  const auto step = [&](auto&& action) {
    if (!failed) action();
  };
  acceptor.open(endpoint->protocol(), failed);
  step([&] { acceptor.set_option(tcp::acceptor::reuse_address{true}, failed); });
  if (endpoint->address().is_v6()) {
    step([&] { acceptor.set_option(asio::ip::v6_only{false}, failed); });
  }
  step([&] { acceptor.bind(*endpoint, failed); });
  step([&] { acceptor.listen(tcp::acceptor::max_listen_connections, failed); });
  if (failed) {
    return fail(ErrorKind::NotPermitted,
                fmt::format("cannot listen on {}: {}", address, failed.message()));
  }
  return {};
}

}  // namespace peerlab::http
