#include "overlay/headscale.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"

namespace peerlab::overlay {
namespace {

namespace json = boost::json;

const json::value* present(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string text_or_nothing(const json::object& object, std::string_view name) {
  return text_member(object, name).value_or("");
}

// proto3 JSON writes uint64 as text; other versions as a number.
std::optional<std::uint64_t> number_or_nothing(const json::object& object, std::string_view name) {
  if (const auto text = text_member(object, name)) return parse_decimal<std::uint64_t>(*text);
  const json::value* const value = present(object, name);
  if (value == nullptr || !(value->is_int64() || value->is_uint64())) return std::nullopt;
  json::error_code error;
  const auto number = value->to_number<std::uint64_t>(error);
  return error ? std::nullopt : std::optional{number};
}

bool is_tagged(const json::object& node) {
  for (const char* name : {"tags", "forcedTags", "validTags"}) {
    const json::value* const tags = present(node, name);
    if (tags != nullptr && tags->is_array() && !tags->get_array().empty()) return true;
  }
  return false;
}

// A tagged node lost its user: the one it shows is a stand-in, and its key's maker is no owner.
NodeOwner owner_of(const json::object& node) {
  const json::value* const user = present(node, "user");
  if (user == nullptr || !user->is_object() || is_tagged(node)) return {};
  const json::object& object = user->get_object();
  return {number_or_nothing(object, "id").value_or(0), text_or_nothing(object, "providerId"),
          text_or_nothing(object, "email")};
}

// null, absent and the zero time all say "never" (OVERLAY.md 3.6).
Result<std::optional<Instant>> expiry_of(const json::object& node) {
  const json::value* const value = present(node, "expiry");
  if (value == nullptr) return std::optional<Instant>{};
  if (!value->is_string()) return fail(ErrorKind::Unprocessable, "its expiry is no time");
  const std::string text{value->get_string()};
  if (text.starts_with("0001-01-01T00:00:00")) return std::optional<Instant>{};
  const Result<Instant> instant = parse_rfc3339(text);
  if (!instant) return fail(ErrorKind::Unprocessable, "its expiry is no time: it grants nothing");
  return std::optional{*instant};
}

Result<void> read_addresses(const json::object& object, Node& node) {
  const json::value* const addresses = present(object, "ipAddresses");
  if (addresses == nullptr) return {};
  if (!addresses->is_array()) return fail(ErrorKind::Unprocessable, "its ipAddresses is no list");
  for (const json::value& value : addresses->get_array()) {
    const std::string text = value.is_string() ? std::string{value.get_string()} : std::string{};
    const Result<Ipv4> ipv4 = Ipv4::parse(text);
    const Result<Ipv6> ipv6 = Ipv6::parse(text);
    if (!ipv4 && !ipv6) {
      return fail(ErrorKind::Unprocessable,
                  fmt::format("'{}' among its addresses is none", printable(text, 40)));
    }
    if (ipv4) node.ipv4.push_back(*ipv4);
    if (ipv6) node.ipv6.push_back(*ipv6);
  }
  return {};
}

Result<Node> node_from(const json::object& object, const NodeId& id) {
  const Result<std::optional<Instant>> expiry = expiry_of(object);
  if (!expiry) return fail(expiry.error());
  Node node{id, owner_of(object), {}, {}, *expiry};
  const Result<void> read = read_addresses(object, node);
  return read ? Result<Node>{node} : fail(read.error());
}

void read_node(const json::value& value, std::size_t position, Readable<Node>& nodes) {
  const std::string place = fmt::format("node at position {}", position);
  if (!value.is_object()) return nodes.skipped.push_back({place, "it is no JSON object"});
  const json::object& object = value.get_object();
  const auto number = number_or_nothing(object, "id");
  const Result<NodeId> id =
      number ? NodeId::make(*number) : fail(ErrorKind::Unprocessable, "it has no readable id");
  if (!id) return nodes.skipped.push_back({place, id.error().detail});
  const Result<Node> node = node_from(object, *id);
  if (node) {
    nodes.records.push_back(*node);
  } else {
    nodes.skipped.push_back({fmt::format("node {}", id->number()), node.error().detail});
  }
}

}  // namespace

Result<Readable<Node>> parse_nodes(std::string_view text) {
  const Result<json::value> document = parse_json(text);
  if (!document) return fail(document.error());
  const json::object* const object = document->if_object();
  const json::value* const list = object == nullptr ? nullptr : object->if_contains("nodes");
  if (list == nullptr || !list->is_array()) {
    return fail(ErrorKind::Unprocessable,
                "this is no node list: expected an object with a list named 'nodes'");
  }
  Readable<Node> nodes;
  const json::array& array = list->get_array();
  for (std::size_t i = 0; i < array.size(); ++i) read_node(array[i], i, nodes);
  return nodes;
}

}  // namespace peerlab::overlay
