#include "confgen/facts.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "overlay/headscale.h"
#include "wire/mapping_document.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongest = 256U << 20U;

// The spelling that overlay::parse_nodes reads: one grammar for a node on the wire and at rest.
json::object spelled(const Node& node) {
  json::array addresses;
  for (const Ipv4& address : node.ipv4) addresses.push_back(json::value(address.text()));
  for (const Ipv6& address : node.ipv6) addresses.push_back(json::value(address.text()));
  json::object object{{"id", node.id.number()},
                      {"ipAddresses", std::move(addresses)},
                      {"user", json::object{{"id", node.owner.user_id},
                                            {"providerId", node.owner.provider_id},
                                            {"email", node.owner.email}}},
                      {"expiry", nullptr}};
  if (node.expiry) object["expiry"] = rfc3339(*node.expiry);
  return object;
}

std::string spelled(const Facts& facts) {
  json::object document{{"version", 1}};
  if (facts.mappings) {
    std::vector<Mapping> nameless = *facts.mappings;
    for (Mapping& mapping : nameless) mapping.subject.reset();
    document["mappings"] = json::parse(wire::encode(nameless)).at("mappings");
  }
  if (facts.nodes) {
    json::array nodes;
    for (const Node& node : *facts.nodes) nodes.push_back(spelled(node));
    document["nodes"] = std::move(nodes);
  }
  return json::serialize(document);
}

}  // namespace

Result<Facts> load_facts(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file, kLongest);
  if (!text && text.error().kind == ErrorKind::NotFound) return Facts{};
  if (!text) return fail(text.error());
  const auto unreadable = [&](const Error& error) {
    return fail(ErrorKind::Malformed, fmt::format("{}: {}", file.string(), error.detail));
  };
  const Result<json::value> document = parse_json(*text);
  if (!document) return unreadable(document.error());
  Facts facts;
  const json::object* const object = document->if_object();
  if (object == nullptr) return unreadable({ErrorKind::Malformed, "these are no facts"});
  if (object->contains("mappings")) {
    auto mappings =
        wire::parse_mappings(json::serialize(json::object{{"mappings", object->at("mappings")}}));
    if (!mappings) return unreadable(mappings.error());
    facts.mappings = std::move(mappings->records);
  }
  if (object->contains("nodes")) {
    auto nodes =
        overlay::parse_nodes(json::serialize(json::object{{"nodes", object->at("nodes")}}));
    if (!nodes) return unreadable(nodes.error());
    facts.nodes = std::move(nodes->records);
  }
  return facts;
}

Result<void> store_facts(const std::filesystem::path& file, const Facts& facts) {
  const std::string text = spelled(facts);
  const Result<std::string> stored = read_file(file, kLongest);
  if (stored && *stored == text) return {};
  return write_file(file, text, 0600);
}

}  // namespace peerlab::confgen
