#include "wire/rows.h"

#include <fmt/format.h>

#include "base/json.h"

namespace peerlab::wire {

namespace json = boost::json;

Result<std::uint64_t> position_at(const json::object& object, std::string_view name) {
  const auto number = integer_member(object, name);
  if (number && *number >= 0) return static_cast<std::uint64_t>(*number);
  return fail(ErrorKind::Unprocessable, fmt::format("'{}' must be a whole number", name));
}

Result<std::vector<json::object>> rows_at(const json::object& object, std::string_view name) {
  const json::value* const list = present(object, name);
  if (list == nullptr || !list->is_array()) {
    return fail(ErrorKind::Unprocessable, fmt::format("'{}' must be a list", name));
  }
  std::vector<json::object> rows;
  for (const json::value& row : list->get_array()) {
    if (!row.is_object()) {
      return fail(ErrorKind::Unprocessable, fmt::format("'{}' must be a list of objects", name));
    }
    rows.push_back(row.get_object());
  }
  return rows;
}

std::string encode_page(std::string_view name, json::array rows,
                        const std::optional<std::string>& next) {
  json::object object{{name, std::move(rows)}, {"next", nullptr}};
  if (next) object["next"] = *next;
  return json::serialize(object);
}

}  // namespace peerlab::wire
