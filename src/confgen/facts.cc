#include "confgen/facts.h"

#include <fmt/format.h>

#include <algorithm>
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

std::optional<Mapping> known_part(const Mapping& fresh, const std::vector<Mapping>& before) {
  const auto old = std::ranges::find(before, fresh.user, &Mapping::user);
  if (old == before.end() || old->asn != fresh.asn) return std::nullopt;
  Mapping known = fresh;
  std::erase_if(known.leases, [&](const LeasedPrefix& lease) {
    return std::ranges::find(old->leases, lease.prefix, &LeasedPrefix::prefix) == old->leases.end();
  });
  return known;
}

bool is_known(Node fresh, const std::vector<Node>& before) {
  const auto old = std::ranges::find(before, fresh.id, &Node::id);
  if (old == before.end()) return false;
  fresh.expiry = old->expiry;
  return fresh == *old;
}

}  // namespace

Facts known_to_both(const Facts& before, const Facts& fresh) {
  Facts both;
  if (before.mappings && fresh.mappings) {
    both.mappings.emplace();
    for (const Mapping& mapping : *fresh.mappings) {
      if (auto known = known_part(mapping, *before.mappings)) {
        both.mappings->push_back(std::move(*known));
      }
    }
  }
  if (before.nodes && fresh.nodes) {
    both.nodes.emplace();
    for (const Node& node : *fresh.nodes) {
      if (is_known(node, *before.nodes)) both.nodes->push_back(node);
    }
  }
  return both;
}

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
