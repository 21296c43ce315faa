// Lists of a JSON document, and pages of such lists.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/fields.h"

namespace peerlab::wire {

// A whole number of 63 bits: of an event, a member, a place in the chain.
[[nodiscard]] Result<std::uint64_t> position_at(const boost::json::object& object,
                                                std::string_view name);

// The objects of the list of this name; Unprocessable where it is none.
[[nodiscard]] Result<std::vector<boost::json::object>> rows_at(const boost::json::object& object,
                                                               std::string_view name);

template <class Row>
[[nodiscard]] Result<void> parse_rows(const boost::json::object& object, std::string_view name,
                                      Result<Row> (*parse)(const boost::json::object&),
                                      std::vector<Row>& rows) {
  const auto objects = rows_at(object, name);
  if (!objects) return fail(objects.error());
  for (const boost::json::object& one : *objects) {
    Result<Row> row = parse(one);
    if (!row) return fail(row.error());
    rows.push_back(*std::move(row));
  }
  return {};
}

// {"NAME":[…],"next":…}
[[nodiscard]] std::string encode_page(std::string_view name, boost::json::array rows,
                                      const std::optional<std::string>& next);

template <class Row>
[[nodiscard]] Result<void> parse_page(std::string_view text, std::string_view name,
                                      std::optional<std::string>& next,
                                      Result<Row> (*parse)(const boost::json::object&),
                                      std::vector<Row>& rows) {
  const auto object = parse_object(text);
  if (!object) return fail(object.error());
  if (present(*object, "next") != nullptr) {
    Result<std::string> said = text_at(*object, "next");
    if (!said) return fail(said.error());
    next = *std::move(said);
  }
  return parse_rows(*object, name, parse, rows);
}

}  // namespace peerlab::wire
