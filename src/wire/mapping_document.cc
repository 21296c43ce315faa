#include "wire/mapping_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "wire/fields.h"

namespace peerlab::wire {
namespace {

namespace json = boost::json;

json::array encoded(const std::vector<LeasedPrefix>& leases) {
  json::array array;
  for (const LeasedPrefix& lease : leases) {
    json::object object{{"prefix", lease.prefix.text()}};
    put_window(object, *lease.window);
    array.push_back(std::move(object));
  }
  return array;
}

// `leases` is left out where an end is not known: a reader then takes `prefixes` as "in force now".
json::object encoded(const Mapping& mapping) {
  json::array prefixes, overlay_user_ids;
  for (const LeasedPrefix& lease : mapping.leases)
    prefixes.push_back(json::value(lease.prefix.text()));
  for (const std::uint64_t id : mapping.overlay_user_ids)
    overlay_user_ids.push_back(json::value(id));
  json::object object{{"user_hash", mapping.user.text()},
                      {"user_id", nullptr},
                      {"email", nullptr},
                      {"asn", mapping.asn.number()},
                      {"prefixes", std::move(prefixes)},
                      {"provider_id", mapping.provider_id},
                      {"overlay_user_ids", std::move(overlay_user_ids)}};
  if (mapping.subject) object["user_id"] = mapping.subject->secret().reveal();
  if (mapping.email) object["email"] = *mapping.email;
  const bool ends_known =
      std::all_of(mapping.leases.begin(), mapping.leases.end(),
                  [](const LeasedPrefix& lease) { return lease.window.has_value(); });
  if (ends_known) object["leases"] = encoded(mapping.leases);
  return object;
}

// Reads one mapping after another and keeps what could be read.
class MappingReader {
 public:
  void read(const json::value& row) {
    const std::string place = fmt::format("mapping number {}", ++number_);
    if (!row.is_object()) return skip(place, "it is no JSON object");
    const json::object& object = row.get_object();
    const Result<UserHash> user = text_at(object, "user_hash").and_then(&UserHash::parse);
    if (!user) return skip(place, user.error().detail);
    const Result<Asn> asn = asn_at(object, "asn");
    if (!asn) return skip("mapping " + user->short_text(), asn.error().detail);
    Mapping mapping{*user, *asn, leases_of(object, user->short_text())};
    mapping.subject = subject_of(object);
    mapping.provider_id = text_member(object, "provider_id").value_or("");
    mapping.overlay_user_ids = overlay_user_ids_of(object);
    mapping.email = text_member(object, "email");
    if (mapping.email && mapping.email->empty()) mapping.email.reset();
    read_.records.push_back(std::move(mapping));
  }

  [[nodiscard]] Readable<Mapping> take() { return std::move(read_); }

 private:
  void skip(std::string what, std::string reason) {
    read_.skipped.push_back({std::move(what), std::move(reason)});
  }

  static std::optional<Subject> subject_of(const json::object& object) {
    const auto text = text_member(object, "user_id");
    if (!text) return std::nullopt;
    const Result<Subject> subject = Subject::parse(*text);
    return subject ? std::optional{*subject} : std::nullopt;
  }

  static std::vector<std::uint64_t> overlay_user_ids_of(const json::object& object) {
    std::vector<std::uint64_t> ids;
    const json::value* const rows = present(object, "overlay_user_ids");
    if (rows == nullptr || !rows->is_array()) return ids;
    for (const json::value& row : rows->get_array()) {
      json::error_code error;
      const auto id = row.is_number() ? row.to_number<std::uint64_t>(error) : 0;
      if (!error && id > 0) ids.push_back(id);
    }
    return ids;
  }

  std::vector<LeasedPrefix> leases_of(const json::object& object, const std::string& owner) {
    const bool with_ends = object.contains("leases");
    const std::string_view name = with_ends ? "leases" : "prefixes";
    std::vector<LeasedPrefix> leases;
    const json::value* const rows = object.if_contains(name);
    if (rows == nullptr) return leases;
    if (!rows->is_array()) {
      skip("leases of " + owner, fmt::format("'{}' must be a list", name));
      return leases;
    }
    for (const json::value& row : rows->get_array()) {
      const Result<LeasedPrefix> lease = with_ends ? lease_with_end(row) : lease_in_force(row);
      if (lease) {
        leases.push_back(*lease);
      } else {
        skip(fmt::format("prefix {} of {}", spelled(row), owner), lease.error().detail);
      }
    }
    return leases;
  }

  static Result<LeasedPrefix> lease_with_end(const json::value& row) {
    if (!row.is_object()) return fail(ErrorKind::Unprocessable, "a lease must be an object");
    const Result<Prefix48> prefix = prefix_at(row.get_object(), "prefix");
    if (!prefix) return fail(prefix.error());
    const Result<LeaseWindow> window = window_of(row.get_object());
    if (!window) return fail(window.error());
    return LeasedPrefix{*prefix, *window};
  }

  static Result<LeasedPrefix> lease_in_force(const json::value& row) {
    if (!row.is_string()) return fail(ErrorKind::Unprocessable, "a prefix must be a text");
    const Result<Prefix48> prefix = Prefix48::parse(std::string_view{row.get_string()});
    if (!prefix) return fail(prefix.error());
    return LeasedPrefix{*prefix, std::nullopt};
  }

  static std::string spelled(const json::value& row) {
    if (row.is_string()) return printable(std::string_view{row.get_string()}, 50);
    const auto text = row.is_object() ? text_member(row.get_object(), "prefix") : std::nullopt;
    return text ? printable(*text, 50) : "(none)";
  }

  Readable<Mapping> read_;
  std::size_t number_ = 0;
};

}  // namespace

std::string encode(const std::vector<Mapping>& mappings) {
  std::vector<const Mapping*> sorted;
  for (const Mapping& mapping : mappings) sorted.push_back(&mapping);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mapping* left, const Mapping* right) {
    return left->user < right->user;
  });
  json::array rows;
  for (const Mapping* const mapping : sorted) rows.push_back(encoded(*mapping));
  return json::serialize(json::object{{"mappings", std::move(rows)}});
}

std::string encode(const Mapping& mapping) { return json::serialize(encoded(mapping)); }

Result<Readable<Mapping>> parse_mappings(std::string_view text) {
  const Result<json::object> object = parse_object(text);
  if (!object) return fail(object.error());
  const json::value* const rows = object->if_contains("mappings");
  if (rows == nullptr || !rows->is_array()) {
    return fail(ErrorKind::Unprocessable, "'mappings' must be a list");
  }
  MappingReader reader;
  for (const json::value& row : rows->get_array()) reader.read(row);
  return reader.take();
}

}  // namespace peerlab::wire
