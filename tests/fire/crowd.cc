#include "tests/fire/crowd.h"

#include <boost/json.hpp>

#include "base/json.h"
#include "http/percent.h"

namespace peerlab::fire {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::chrono::milliseconds kPatience = 60s;  // more than any bound of a test

Told told_in(const json::object& lease) {
  const auto instant = [&](std::string_view name) {
    return parse_rfc3339(text_member(lease, name).value_or("")).value();
  };
  return {Prefix48::parse(text_member(lease, "prefix").value_or("")).value(),
          LeaseWindow::make(instant("start_time"), instant("end_time")).value()};
}

void note_success(Operation& operation, const http::ClientResponse& answer) {
  operation.outcome = Outcome::Done;
  if (operation.verb == Verb::Revoke) return;
  const auto document = parse_json(answer.body);
  const json::object& body = document.value().as_object();
  if (operation.verb == Verb::Lease) operation.leases = {told_in(body)};
  if (operation.verb != Verb::Lease && !body.at("asn").is_null()) {
    operation.asn = Asn::make(static_cast<std::uint32_t>(body.at("asn").as_int64())).value();
  }
  if (operation.verb != Verb::Read) return;
  for (const json::value& lease : body.at("active_leases").as_array()) {
    operation.leases.push_back(told_in(lease.as_object()));
  }
}

// 503 is clear where it says when to come back, and whether anything was done.
void note_unavailable(Operation& operation, const http::ClientResponse& answer) {
  const bool says_when = answer.headers.find("Retry-After").has_value();
  const auto says = [&](std::string_view text) {
    return answer.body.find(text) != std::string::npos;
  };
  if (!says_when) return;
  if (says("No available")) {
    operation.outcome = Outcome::Refused;
    operation.reason = "exhausted";
  } else {
    operation.outcome = says("did not confirm") ? Outcome::Unknown : Outcome::NothingDone;
  }
}

http::ClientRequest question_of(const Operation& operation, const std::string& token,
                                const UrlOf& url_of) {
  http::ClientRequest request;
  request.timeout = kPatience;
  request.headers.add("Authorization", "Bearer " + token);
  if (operation.verb == Verb::Read) {
    request.url = url_of("/api/user/info");
  } else if (operation.verb == Verb::Assign) {
    request.method = http::Method::Post;
    request.url = url_of("/api/user/asn");
  } else if (operation.verb == Verb::Lease) {
    request.method = http::Method::Post;
    request.url = url_of("/api/user/prefix");
    request.headers.add("Content-Type", "application/json");
    request.body = R"({"duration_hours":1})";
  } else {
    request.method = http::Method::Delete;
    request.url =
        url_of("/api/user/prefix/" + operation.prefix.value().first_address().text() + "%2F48");
  }
  return request;
}

void note_answer(Operation& operation, const Result<http::ClientResponse>& answer) {
  operation.outcome = Outcome::Unknown;
  operation.reason = "no-answer";
  if (!answer) return;
  operation.outcome = Outcome::Wrong;
  operation.reason = std::to_string(answer->status);
  if (answer->status / 100 == 2) note_success(operation, *answer);
  if (answer->status == 503) note_unavailable(operation, *answer);
  const bool by_quota = answer->status == 403 && operation.verb == Verb::Lease;
  const bool not_in_force = answer->status == 404 && operation.verb == Verb::Revoke;
  if (!by_quota && !not_in_force) return;
  operation.outcome = Outcome::Refused;
  operation.reason = by_quota ? "quota-reached" : "not-found";
}

}  // namespace

Result<http::ClientResponse> ask(const Door& door, const std::string& token, Operation& operation,
                                 const HistoryWriter& history) {
  const SystemClock clock;
  if (operation.verb == Verb::Lease) operation.length = 1h;
  http::ClientRequest request = question_of(operation, token, door.url_of);
  request.unix_socket = door.unix_socket;
  operation.earliest = clock.now();
  operation.started = nanoseconds_now();
  history.begin(operation);
  const auto answer = door.client.send(request);
  operation.ended = nanoseconds_now();
  operation.latest = clock.now();
  note_answer(operation, answer);
  history.end(operation);
  return answer;
}

Crowd::Crowd(const std::vector<Membership>& members, std::filesystem::path folder, UrlOf url_of)
    : door_{client_, std::move(url_of)} {
  for (const Membership& member : members) {
    threads_.emplace_back(
        [this, member, file = folder / (member.name + ".history")] { act(member, file); });
  }
}

void Crowd::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::chrono::milliseconds Crowd::slowest() const { return std::chrono::milliseconds{slowest_}; }

// Leases, looks, gives back what it was shown, and again.
void Crowd::act(const Membership& member, const std::filesystem::path& file) {
  const HistoryWriter history{file};
  std::optional<Prefix48> held;
  for (int turn = 0; !stopping_; ++turn) {
    Operation operation;
    operation.member = member.name;
    operation.verb = turn % 3 == 0 ? Verb::Lease : turn % 3 == 1 ? Verb::Read : Verb::Revoke;
    if (operation.verb == Verb::Revoke && !held) operation.verb = Verb::Read;
    if (operation.verb == Verb::Revoke) operation.prefix = held;
    (void)ask(door_, member.token, operation, history);
    if (operation.verb == Verb::Read && operation.outcome == Outcome::Done) {
      held =
          operation.leases.empty() ? std::nullopt : std::optional{operation.leases.front().prefix};
    }
    if (operation.outcome == Outcome::Done) ++answered_;
    const auto taken =
        std::chrono::duration_cast<std::chrono::milliseconds>(operation.ended - operation.started);
    for (std::int64_t before = slowest_;
         before < taken.count() && !slowest_.compare_exchange_weak(before, taken.count());) {
    }
    // Whoever is refused comes back a little later, as a client would.
    if (operation.outcome != Outcome::Done) std::this_thread::sleep_for(50ms);
  }
}

}  // namespace peerlab::fire
