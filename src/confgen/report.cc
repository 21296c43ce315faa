#include "confgen/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongest = 64U << 20U;

std::optional<Instant> instant_member(const json::object& object, std::string_view name) {
  const auto text = text_member(object, name);
  const Result<Instant> instant = text ? parse_rfc3339(*text) : fail(Error{});
  return instant ? std::optional{*instant} : std::nullopt;
}

json::array spelled(const std::vector<Skipped>& list) {
  json::array array;
  for (const Skipped& one : list) {
    array.push_back(json::object{{"what", one.what}, {"reason", one.reason}});
  }
  return array;
}

template <class Read>
void for_each_object(const json::object& object, std::string_view name, Read read) {
  const json::value* const found = object.if_contains(name);
  if (found == nullptr || !found->is_array()) return;
  for (const json::value& value : found->get_array()) {
    if (value.is_object()) read(value.get_object());
  }
}

std::vector<Skipped> skipped_member(const json::object& object, std::string_view name) {
  std::vector<Skipped> list;
  for_each_object(object, name, [&](const json::object& one) {
    list.push_back(
        {text_member(one, "what").value_or(""), text_member(one, "reason").value_or("")});
  });
  return list;
}

}  // namespace

std::filesystem::path report_file(const std::filesystem::path& state_directory) {
  return state_directory / "status.json";
}

Result<Report> load_report(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file, kLongest);
  if (!text) return fail(text.error());
  const Result<json::value> document = parse_json(*text);
  if (!document || !document->is_object()) {
    return fail(ErrorKind::Malformed, fmt::format("{} is no report of a run", file.string()));
  }
  const json::object& object = document->get_object();
  Report report;
  report.ran_at = instant_member(object, "ran_at");
  const auto count = [&](std::string_view name) {
    return static_cast<std::size_t>(integer_member(object, name).value_or(0));
  };
  report.sessions = count("sessions"), report.leases = count("leases");
  report.users = count("users");
  const json::value* const well = object.if_contains("well");
  report.well = well != nullptr && well->is_bool() && well->get_bool();
  report.right_at = instant_member(object, "right_at");
  for_each_object(object, "sources", [&](const json::object& source) {
    report.sources.push_back({text_member(source, "name").value_or(""),
                              instant_member(source, "answered_at"),
                              text_member(source, "failure").value_or("")});
  });
  report.skipped = skipped_member(object, "skipped");
  report.contradictions = skipped_member(object, "contradictions");
  report.held = text_member(object, "held").value_or("");
  const json::value* const error = object.if_contains("last_error");
  if (error == nullptr || !error->is_object()) return report;
  const json::object& last = error->get_object();
  if (const auto at = instant_member(last, "at")) {
    report.last_error =
        LastError{*at, static_cast<int>(integer_member(last, "exit_code").value_or(0)),
                  text_member(last, "sentence").value_or("")};
  }
  return report;
}

Result<void> store_report(const std::filesystem::path& file, const Report& report) {
  json::array sources;
  for (const SourceReport& source : report.sources) {
    json::object object{{"name", source.name}, {"failure", source.failure}};
    if (source.answered_at) object["answered_at"] = rfc3339(*source.answered_at);
    sources.push_back(std::move(object));
  }
  json::object object{{"sessions", report.sessions},
                      {"leases", report.leases},
                      {"users", report.users},
                      {"well", report.well},
                      {"sources", std::move(sources)},
                      {"skipped", spelled(report.skipped)},
                      {"contradictions", spelled(report.contradictions)},
                      {"held", report.held}};
  if (report.ran_at) object["ran_at"] = rfc3339(*report.ran_at);
  if (report.right_at) object["right_at"] = rfc3339(*report.right_at);
  if (const auto& error = report.last_error) {
    object["last_error"] = json::object{
        {"at", rfc3339(error->at)}, {"exit_code", error->exit_code}, {"sentence", error->sentence}};
  }
  return write_file(file, json::serialize(object), 0600);
}

}  // namespace peerlab::confgen
