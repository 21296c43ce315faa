#include "http/answerer.h"

#include <fmt/format.h>

#include <optional>

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "http/date.h"

namespace peerlab::http {
namespace {

void log_failure(std::string_view request_id, std::string_view reason) {
  log(LogLevel::Error, "a request failed",
      {{"request_id", request_id}, {"reason", printable(reason, 300)}});
}

// Spelled once a second, by each thread.
const std::string& date_of(Instant now) {
  static thread_local Instant spelled{};
  static thread_local std::string date;
  if (date.empty() || spelled != now) {
    date = http_date(now);
    spelled = now;
  }
  return date;
}

// What the maker made, or nothing and a line in the log.
template <class Make>
auto made_safely(const Make& make, const std::string& request_id)
    -> std::optional<decltype(make())> {
  try {
    return make();
  } catch (const std::exception& thrown) {
    log_failure(request_id, thrown.what());
  } catch (...) {
    log_failure(request_id, "something that is no std::exception was thrown");
  }
  return std::nullopt;
}

}  // namespace

Answerer::Answerer(Respond respond, RespondToRefusal refuse, const std::atomic<bool>& stopping)
    : respond_{std::move(respond)},
      refuse_{std::move(refuse)},
      stopping_{stopping},
      id_prefix_{random_hex(6)} {}

template <class T, class Make>
T Answerer::made_or_500(const Make& make, const std::string& request_id) {
  auto made = made_safely(make, request_id);
  return made ? *std::move(made) : T{internal_error(request_id)};
}

std::string Answerer::name(Request& request) {
  if (request.request_id.empty()) request.request_id = new_request_id();
  return request.request_id;
}

Answer Answerer::respond(Request request) {
  const std::string request_id = request.request_id;
  return made_or_500<Answer>([&] { return respond_(std::move(request)); }, request_id);
}

Made Answerer::made(const Later::Make& make, const std::string& request_id) {
  return made_or_500<Made>(make, request_id);
}

Response Answerer::made(const Patient& patient, const std::string& request_id) {
  return made_or_500<Response>(patient.make, request_id);
}

Response Answerer::internal_error(const std::string& request_id) {
  return refuse_safely(Refusal{500, "internal error", request_id});
}

Reply Answerer::reply(const Response& response, const Terms& terms) {
  return encoded(response, terms, Body::Whole);
}

Reply Answerer::begin(const Response& head, const Terms& terms) {
  return encoded(head, terms, Body::GoesOn);
}

Reply Answerer::refuse(Refusal refusal) {
  if (refusal.request_id.empty()) refusal.request_id = new_request_id();
  const Response response = refuse_safely(refusal);
  return encoded(response, {refusal.request_id, false, true, false}, Body::Whole);
}

Reply Answerer::encoded(const Response& response, const Terms& terms, Body body) {
  if (!can_be_sent(response)) {
    log_failure(terms.request_id,
                "the response has a status or a header field that cannot be sent");
    return reply(internal_error(terms.request_id), terms);
  }
  const std::string& date = date_of(clock_.now());
  Framing framing;
  framing.request_id = terms.request_id;
  framing.date = date;
  framing.head = terms.head;
  framing.body = body;
  framing.http_1_0 = terms.http_1_0;
  framing.close = terms.close || stopping_ || (body == Body::GoesOn && terms.http_1_0);
  return {encode(response, framing), framing.close};
}

Response Answerer::refuse_safely(const Refusal& refusal) {
  auto response = made_safely([&] { return refuse_(refusal); }, refusal.request_id);
  const bool good = response && can_be_sent(*response);
  return good ? *std::move(response) : Response{refusal.status, {}, {}};
}

std::string Answerer::new_request_id() { return fmt::format("{}-{:x}", id_prefix_, ++requests_); }

}  // namespace peerlab::http
