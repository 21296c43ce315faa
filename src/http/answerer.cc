#include "http/answerer.h"

#include <fmt/format.h>

#include <optional>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "http/date.h"

namespace peerlab::http {
namespace {

// What the maker made, or nothing and a line in the log.
template <class Make>
std::optional<Response> made_safely(const Make& make, const std::string& request_id) {
  std::string reason;
  try {
    Response response = make();
    if (can_be_sent(response)) return response;
    reason = "the response has a status or a header field that cannot be sent";
  } catch (const std::exception& thrown) {
    reason = thrown.what();
  } catch (...) {
    reason = "something that is no std::exception was thrown";
  }
  log(LogLevel::Error, "a request failed",
      {{"request_id", request_id}, {"reason", printable(reason, 300)}});
  return std::nullopt;
}

}  // namespace

Answerer::Answerer(Respond respond, RespondToRefusal refuse, const std::atomic<bool>& stopping)
    : respond_{std::move(respond)},
      refuse_{std::move(refuse)},
      stopping_{stopping},
      id_prefix_{random_hex(6)} {}

Reply Answerer::answer(Request request, Framing framing) {
  if (request.request_id.empty()) request.request_id = new_request_id();
  const Response response = respond_safely(request);
  const std::string date = http_date(clock_.now());
  framing.request_id = request.request_id;
  framing.date = date;
  framing.head = request.method == Method::Head;
  framing.close = framing.close || stopping_;
  return {encode(response, framing), framing.close};
}

Reply Answerer::refuse(Refusal refusal) {
  if (refusal.request_id.empty()) refusal.request_id = new_request_id();
  const Response response = refuse_safely(refusal);
  const std::string date = http_date(clock_.now());
  Framing framing;
  framing.request_id = refusal.request_id;
  framing.date = date;
  framing.close = true;
  return {encode(response, framing), true};
}

Response Answerer::respond_safely(const Request& request) {
  auto response = made_safely([&] { return respond_(request); }, request.request_id);
  if (response) return *std::move(response);
  return refuse_safely(Refusal{500, "internal error", request.request_id});
}

Response Answerer::refuse_safely(const Refusal& refusal) {
  auto response = made_safely([&] { return refuse_(refusal); }, refusal.request_id);
  return response ? *std::move(response) : Response{refusal.status, {}, {}};
}

std::string Answerer::new_request_id() { return fmt::format("{}-{:x}", id_prefix_, ++requests_); }

}  // namespace peerlab::http
