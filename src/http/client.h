// One face over libcurl: a request as a value, a whole answer or an error back.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/haste.h"
#include "base/result.h"
#include "http/headers.h"
#include "http/method.h"
#include "http/percent.h"
#include "http/request.h"
#include "http/response.h"

namespace peerlab::http {

struct ClientRequest {
  Method method = Method::Get;
  std::string url;  // http or https; redirects are answers like any other, never followed
  Headers headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout{10'000};  // the whole exchange
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t body_limit = 16U << 20U;  // a longer answer is a failure
  std::string unix_socket = {};  // a path: the connection goes there, whatever the URL's host is
};

using ClientResponse = Response;

// Thread-safe; connections are kept for the next request.  TLS is verified against the system's
// authorities.
class Client {
 public:
  Client();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Any status is a success.  TimedOut or Unavailable where no whole answer came (a body
  // shorter than it was said to be is none); Malformed where the request cannot be sent as it is.
  // The detail names the host and what happened, and never the path, the query, a header or a body.
  [[nodiscard]] Result<ClientResponse> send(const ClientRequest& request) const;

  // The program is about to end: what is under way and what is sent from now on has Haste's time
  // at most, and a second more.
  void hasten() { haste_.begin(); }

 private:
  class Handles;
  Haste haste_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace peerlab::http
