#include "cli/output.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "wire/fields.h"

namespace peerlab::cli {
namespace {

namespace json = boost::json;

json::value as_json(const Scalar& scalar) {
  if (const auto* const flag = std::get_if<bool>(&scalar)) return *flag;
  if (const auto* const number = std::get_if<std::int64_t>(&scalar)) return *number;
  if (const auto* const text = std::get_if<std::string>(&scalar)) return json::string{*text};
  return nullptr;
}

// RFC 4180: quotes where the value could be read as more than one.
std::string as_csv(const Scalar& scalar) {
  if (std::holds_alternative<std::monostate>(scalar)) return "";
  const auto* const text = std::get_if<std::string>(&scalar);
  if (text == nullptr) return json::serialize(as_json(scalar));
  if (text->find_first_of(",\"\r\n") == std::string::npos) return *text;
  std::string quoted = "\"";
  for (const char c : *text) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
  return quoted + "\"";
}

Complaining no_such_field(std::string_view field, const std::vector<std::string>& there) {
  return complain(ExitCode::Usage, fmt::format("there is no field '{}'; there are: {}",
                                               printable(field), fmt::join(there, ",")));
}

// The picked columns in the picked order; all of them where none is picked.
Attempt<Table> picked(const Table& table, const OutputStyle& style) {
  if (style.fields.empty()) return table;
  Table result{style.fields, std::vector<std::vector<Cell>>(table.rows.size())};
  for (const std::string& field : style.fields) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), field);
    if (found == table.columns.end()) return no_such_field(field, table.columns);
    const auto at = static_cast<std::size_t>(found - table.columns.begin());
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      result.rows[row].push_back(table.rows[row].at(at));
    }
  }
  return result;
}

json::object object_of(const Table& table, const std::vector<Cell>& row) {
  json::object object;
  for (std::size_t i = 0; i < row.size(); ++i) object[table.columns.at(i)] = as_json(row[i].value);
  return object;
}

std::string csv_of(const Table& table) {
  std::string text = fmt::format("{}\n", fmt::join(table.columns, ","));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : ",") + as_csv(row[i].value);
    }
    text += '\n';
  }
  return text;
}

std::string aligned(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = table.columns[i].size();
    for (const auto& row : table.rows) width = std::max(width, row[i].shown.size());
    widths.push_back(width);
  }
  std::string text;
  const auto line = [&](const auto& cell_at) {
    std::string cells;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      cells += fmt::format("{:<{}}  ", cell_at(i), widths[i]);
    }
    text += fmt::format("{}\n", trim(cells));
  };
  line([&](std::size_t i) -> const std::string& { return table.columns[i]; });
  for (const auto& row : table.rows) {
    line([&](std::size_t i) -> const std::string& { return row[i].shown; });
  }
  return text;
}

std::string lines_of(const Table& table) {
  if (table.columns.size() == 1) return table.rows.at(0).at(0).shown + "\n";
  std::size_t width = 0;
  for (const std::string& column : table.columns) width = std::max(width, column.size());
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    text += fmt::format("{:<{}}  {}\n", table.columns[i], width, table.rows.at(0).at(i).shown);
  }
  return text;
}

}  // namespace

Attempt<std::string> spelled_list(const Table& table, const OutputStyle& style) {
  const Attempt<Table> shown = picked(table, style);
  if (!shown) return complain(shown.error());
  if (style.format == Format::Csv) return csv_of(*shown);
  if (style.format == Format::Text) return aligned(*shown);
  json::array array;
  for (const auto& row : shown->rows) array.push_back(object_of(*shown, row));
  return json::serialize(array) + "\n";
}

Attempt<std::string> spelled_record(const Table& table, const OutputStyle& style) {
  const Attempt<Table> shown = picked(table, style);
  if (!shown) return complain(shown.error());
  if (style.format == Format::Csv) return csv_of(*shown);
  if (style.format == Format::Text) return lines_of(*shown);
  return json::serialize(object_of(*shown, shown->rows.at(0))) + "\n";
}

Attempt<std::string> spelled_document(std::string_view document, const OutputStyle& style) {
  const Result<json::object> object = wire::parse_object(document);
  if (!object) return complain(complaint_of(object.error()));
  if (style.fields.empty()) return fmt::format("{}\n", trim(document));
  json::object result;
  for (const std::string& field : style.fields) {
    const json::value* const member = object->if_contains(field);
    if (member != nullptr) {
      result[field] = *member;
      continue;
    }
    std::vector<std::string> there;
    for (const auto& entry : *object) there.emplace_back(entry.key());
    return no_such_field(field, there);
  }
  return json::serialize(result) + "\n";
}

std::string remaining(Instant end, Instant now) {
  using namespace std::chrono_literals;
  const auto left = end - now;
  if (left <= 0s) return "over";
  if (left < 1min) return fmt::format("in {} s", left.count());
  if (left < 1h) return fmt::format("in {} min", left / 1min);
  return fmt::format("in {} h {} min", left / 1h, left % 1h / 1min);
}

std::string shown_time(Instant instant) {
  const std::string text = rfc3339(instant);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

}  // namespace peerlab::cli
