#include "tests/support/contract/contract.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "http/request.h"

namespace peerlab::testing_support {
namespace {

namespace json = boost::json;

// "No member but these", wherever an object's members are named.
void close_objects(json::value& node) {
  if (node.is_array()) {
    for (json::value& item : node.get_array()) close_objects(item);
  }
  if (!node.is_object()) return;
  json::object& object = node.get_object();
  for (auto& member : object) close_objects(member.value());
  const json::value* const type = object.if_contains("type");
  if (type == nullptr || *type != "object" || !object.contains("properties")) return;
  if (!object.contains("additionalProperties")) object["additionalProperties"] = false;
}

const json::object& contract() {
  static const json::object document = [] {
    json::value value = json::parse(read_file(PEERLAB_OPENAPI).value());
    close_objects(value.at("components").at("schemas"));
    return value.as_object();
  }();
  return document;
}

// Where a "$ref": "#/a/b" points; the value itself where it has none.
const json::value& resolved(const json::value& value) {
  const json::value* const reference =
      value.is_object() ? value.get_object().if_contains("$ref") : nullptr;
  if (reference == nullptr) return value;
  const json::value* place = nullptr;
  const std::string_view pointer = std::string_view{reference->as_string()}.substr(2);
  for (const std::string_view step : split(pointer, '/')) {
    place = place == nullptr ? &contract().at(step) : &place->at(step);
  }
  return *place;
}

bool is_route(std::string_view pattern, const std::vector<std::string>& segments) {
  const auto parts = split(pattern.substr(1), '/');
  if (parts.size() != segments.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].starts_with('{') && parts[i] != segments[i]) return false;
  }
  return true;
}

// What the contract says about this method of this path; nullptr where it has none.
const json::object* operation(http::Method method, std::string_view target) {
  const auto parsed = http::parse_target(target);
  if (!parsed) return nullptr;
  std::vector<std::string> segments = parsed->segments;
  if (segments.size() > 1 && segments[1] == "peerlab") segments.erase(segments.begin() + 1);
  const bool head = method == http::Method::Head;
  const std::string name = lowercase(http::name_of(head ? http::Method::Get : method));
  for (const auto& path : contract().at("paths").as_object()) {
    if (!is_route(path.key(), segments)) continue;
    const json::value* const found = path.value().as_object().if_contains(name);
    return found == nullptr ? nullptr : &found->as_object();
  }
  return nullptr;
}

std::string violations(const json::value& schema, std::string_view body) {
  const Result<json::value> value = parse_json(body);
  if (!value) return "the body is no JSON: " + value.error().detail;
  json::object root = schema.as_object();
  root["components"] = contract().at("components");
  valijson::Schema compiled;
  const json::value document(std::move(root));
  valijson::SchemaParser{}.populateSchema(valijson::adapters::BoostJsonAdapter{document}, compiled);
  valijson::ValidationResults results;
  valijson::Validator{}.validate(compiled, valijson::adapters::BoostJsonAdapter{*value}, &results);
  std::string text;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& step : error.context) text += step;
    text += ": " + error.description + "\n";
  }
  return text;
}

// Each event's data is a document of its own.
std::string violations_of_events(const json::value& schema, std::string_view body) {
  std::string text;
  for (const std::string_view line : split(body, '\n')) {
    if (line.starts_with("data: ")) text += violations(schema, line.substr(6));
  }
  return text;
}

std::string departure(const json::value& documented, const http::Response& response) {
  const json::value* const content = documented.as_object().if_contains("content");
  if (content == nullptr) {
    return response.body.empty() ? "" : "the contract has no body for this status";
  }
  const std::string_view type = response.headers.find("Content-Type").value_or("none");
  const json::value* const media = content->as_object().if_contains(type);
  if (media == nullptr) return fmt::format("the contract has no content type {}", type);
  const json::value* const event_data = media->as_object().if_contains("x-event-data");
  return event_data != nullptr ? violations_of_events(*event_data, response.body)
                               : violations(media->at("schema"), response.body);
}

}  // namespace

void expect_as_documented(http::Method method, std::string_view target,
                          const http::Response& response) {
  const auto complain = [&](std::string_view what) {
    ADD_FAILURE() << "api/openapi.yaml: " << http::name_of(method) << " " << target << " answered "
                  << response.status << ": " << what << "\n"
                  << response.body.substr(0, 2000);
  };
  // A browser's own question on behalf of a page (the Fetch standard), of which callers see
  // nothing.
  if (method == http::Method::Options && response.status == 204) {
    return response.body.empty() ? void() : complain("a preflight's answer has no body");
  }
  const json::object* const known = operation(method, target);
  const json::value* documented = nullptr;
  if (known != nullptr) {
    documented = known->at("responses").as_object().if_contains(std::to_string(response.status));
    if (documented == nullptr) return complain("the contract has no such status here");
  } else {
    documented = &contract().at("components").at("responses").at("Malformed");
  }
  // A HEAD's answer has the fields of the GET's and no body.
  if (method == http::Method::Head) return;
  if (const std::string what = departure(resolved(*documented), response); !what.empty()) {
    complain(what);
  }
}

}  // namespace peerlab::testing_support
