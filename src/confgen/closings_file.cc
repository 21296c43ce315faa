#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "confgen/closings.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongest = 16U << 20U;
constexpr std::int64_t kTimesMost = 64;

std::optional<Offence> offence_of(std::string_view slug) {
  for (const Offence offence : kOffences) {
    if (describe(offence).slug == slug) return offence;
  }
  return std::nullopt;
}

std::optional<Closing> read_closing(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const auto text = [&](std::string_view name) { return text_member(object, name).value_or(""); };
  const Result<Ipv4> neighbour = Ipv4::parse(text("neighbour"));
  const Result<Asn> asn = Asn::parse(text("asn"));
  const std::optional<Offence> offence = offence_of(text("reason"));
  const Result<Instant> since = parse_rfc3339(text("since")), until = parse_rfc3339(text("until"));
  const std::int64_t times = integer_member(object, "times").value_or(0);
  if (!neighbour || !offence || !since || !until || times < 1) return std::nullopt;
  return Closing{*neighbour,  asn ? std::optional{*asn} : std::nullopt,
                 *offence,    *since,
                 *until,      static_cast<unsigned>(std::min<std::int64_t>(times, kTimesMost)),
                 text("mark")};
}

json::object spelled(const Closing& closing) {
  json::object object{{"neighbour", closing.neighbour.text()},
                      {"reason", describe(closing.offence).slug},
                      {"since", rfc3339(closing.since)},
                      {"until", rfc3339(closing.until)},
                      {"times", closing.times},
                      {"mark", closing.mark}};
  if (closing.asn) object["asn"] = closing.asn->text();
  return object;
}

}  // namespace

std::filesystem::path closings_file(const std::filesystem::path& state_directory) {
  return state_directory / "closed_sessions.json";
}

Result<Closings> load_closings(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file, kLongest);
  if (!text && text.error().kind == ErrorKind::NotFound) return Closings{};
  if (!text) return fail(text.error());
  const Result<json::value> document = parse_json(*text);
  if (!document || !document->is_object()) {
    return fail(ErrorKind::Malformed, fmt::format("{} is no list of closings", file.string()));
  }
  const json::object& object = document->get_object();
  std::vector<Closing> list;
  const json::value* const sessions = object.if_contains("sessions");
  if (sessions != nullptr && sessions->is_array()) {
    for (const json::value& value : sessions->get_array()) {
      if (const auto closing = read_closing(value)) list.push_back(*closing);
    }
  }
  OffenceCounts totals{};
  const json::value* const counts = object.if_contains("totals");
  if (counts == nullptr || !counts->is_object()) return Closings{std::move(list), totals};
  for (const Offence offence : kOffences) {
    const auto count = integer_member(counts->get_object(), describe(offence).slug).value_or(0);
    totals.at(index_of(offence)) = count < 0 ? 0 : static_cast<std::uint64_t>(count);
  }
  return Closings{std::move(list), totals};
}

Result<void> store_closings(const std::filesystem::path& file, const Closings& closings) {
  json::array sessions;
  for (const Closing& closing : closings.list()) sessions.push_back(spelled(closing));
  json::object totals;
  for (const Offence offence : kOffences) {
    totals[describe(offence).slug] = closings.totals().at(index_of(offence));
  }
  const json::object object{{"sessions", std::move(sessions)}, {"totals", std::move(totals)}};
  return write_file(file, json::serialize(object), 0600);
}

}  // namespace peerlab::confgen
