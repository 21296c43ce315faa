#include "ledger/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/hex.hpp>
#include <boost/json.hpp>
#include <istream>
#include <ostream>

#include "base/json.h"

namespace peerlab {
namespace {

namespace json = boost::json;

using enum ColumnType;

constexpr std::string_view kFormat = "peerlab-ledger-1";
constexpr std::string_view kNotAnImage = "this is no exported ledger";

constexpr std::array kSealProbe{ImageColumn{"box", Bytes}};
constexpr std::array kAssignments{
    ImageColumn{"number", Integer},          ImageColumn{"holder", Text},
    ImageColumn{"sealed_subject", Bytes},    ImageColumn{"asn", Integer},
    ImageColumn{"since", Integer},           ImageColumn{"leases_max", Integer},
    ImageColumn{"suspended_since", Integer}, ImageColumn{"suspended_reason", Text}};
constexpr std::array kLeases{ImageColumn{"id", Integer},       ImageColumn{"network", Integer},
                             ImageColumn{"holder", Text},      ImageColumn{"begin_time", Integer},
                             ImageColumn{"end_time", Integer}, ImageColumn{"rpki", Boolean}};
constexpr std::array kUsedPrefixes{ImageColumn{"network", Integer},
                                   ImageColumn{"free_from", Integer},
                                   ImageColumn{"last_holder", Text}};
constexpr std::array kEvents{ImageColumn{"id", Integer},       ImageColumn{"at", Integer},
                             ImageColumn{"kind", Text},        ImageColumn{"member", Integer},
                             ImageColumn{"actor", Text},       ImageColumn{"asn", Integer},
                             ImageColumn{"network", Integer},  ImageColumn{"begin_time", Integer},
                             ImageColumn{"end_time", Integer}, ImageColumn{"note", Text}};
constexpr std::array kSeals{ImageColumn{"position", Integer}, ImageColumn{"event", Integer},
                            ImageColumn{"link", Text}};
constexpr std::array kLeaseRequests{
    ImageColumn{"holder", Text},     ImageColumn{"key", Text},
    ImageColumn{"digest", Text},     ImageColumn{"lease", Integer},
    ImageColumn{"network", Integer}, ImageColumn{"begin_time", Integer},
    ImageColumn{"end_time", Integer}};
constexpr std::array kWaiting{ImageColumn{"arrival", Integer}, ImageColumn{"holder", Text},
                              ImageColumn{"pool", Text}, ImageColumn{"since", Integer},
                              ImageColumn{"kept_until", Integer}};

constexpr std::array kTables{ImageTable{"seal_probe", kSealProbe, "box"},
                             ImageTable{"assignments", kAssignments, "number"},
                             ImageTable{"leases", kLeases, "id"},
                             ImageTable{"used_prefixes", kUsedPrefixes, "network"},
                             ImageTable{"events", kEvents, "id"},
                             ImageTable{"seals", kSeals, "position"},
                             ImageTable{"lease_requests", kLeaseRequests, "lease"},
                             ImageTable{"waiting", kWaiting, "arrival"}};

std::string hex_of(const std::string& bytes) { return boost::algorithm::hex_lower(bytes); }

std::optional<std::string> bytes_of_hex(std::string_view hex) {
  try {
    return boost::algorithm::unhex(std::string{hex});
  } catch (const boost::algorithm::hex_decode_error&) {
    return std::nullopt;
  }
}

json::value spelled(const Cell& cell, ColumnType type) {
  if (std::holds_alternative<std::monostate>(cell)) return nullptr;
  if (type == Boolean) return std::get<std::int64_t>(cell) != 0;
  if (type == Integer) return std::get<std::int64_t>(cell);
  const std::string& text = std::get<std::string>(cell);
  return json::string{type == Text ? text : hex_of(text)};
}

std::optional<Cell> cell_of(const json::value& value, ColumnType type) {
  if (value.is_null()) return Cell{};
  if (type == Boolean && value.is_bool()) return Cell{std::int64_t{value.get_bool() ? 1 : 0}};
  if (type == Integer && value.is_int64()) return Cell{value.get_int64()};
  if (type == Text && value.is_string()) return Cell{std::string{value.get_string()}};
  if (type != Bytes || !value.is_string()) return std::nullopt;
  const auto bytes = bytes_of_hex(value.get_string());
  return bytes ? std::optional{Cell{*bytes}} : std::nullopt;
}

Result<ImageRow> row_of(const json::object& object) {
  const auto name = text_member(object, "table");
  const auto* const table =
      std::find_if(kTables.begin(), kTables.end(),
                   [&](const ImageTable& one) { return name && one.name == *name; });
  if (table == kTables.end()) {
    return fail(ErrorKind::Malformed, "it names no table of a ledger");
  }
  if (object.size() != table->columns.size() + 1) {
    return fail(ErrorKind::Malformed,
                fmt::format("a row of {} has {} values", table->name, table->columns.size()));
  }
  ImageRow row{table, {}};
  for (const ImageColumn& column : table->columns) {
    const json::value* const value = object.if_contains(column.name);
    const auto cell = value == nullptr ? std::nullopt : cell_of(*value, column.type);
    if (!cell) {
      return fail(ErrorKind::Malformed,
                  fmt::format("{}.{} is missing or of a wrong type", table->name, column.name));
    }
    row.cells.push_back(*cell);
  }
  return row;
}

Failure at_line(std::uint64_t line, Error error) {
  error.detail = fmt::format("line {}: {}", line, error.detail);
  return fail(std::move(error));
}

}  // namespace

std::span<const ImageTable> image_tables() { return kTables; }

ImageWriter::ImageWriter(std::ostream& out) : out_{out} {
  out_ << json::object{{"format", kFormat}} << '\n';
}

void ImageWriter::put(const ImageRow& row) {
  json::object object{{"table", row.table->name}};
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const ImageColumn& column = row.table->columns[i];
    object[column.name] = spelled(row.cells[i], column.type);
  }
  out_ << object << '\n';
  ++rows_;
}

Result<void> ImageWriter::finish() {
  out_ << json::object{{"rows", rows_}} << '\n';
  if (out_.flush()) return {};
  return fail(ErrorKind::NotPermitted, "the export could not be written to its end");
}

Result<std::uint64_t> read_image(std::istream& in, const TakeRow& take) {
  std::uint64_t line = 0, rows = 0;
  for (std::string text; std::getline(in, text);) {
    const Result<json::value> value = parse_json(text);
    if (!value || !value->is_object()) {
      return at_line(line + 1, {ErrorKind::Malformed, std::string{kNotAnImage}});
    }
    const json::object& object = value->get_object();
    if (++line == 1) {
      if (text_member(object, "format") == kFormat) continue;
      return at_line(1, {ErrorKind::Malformed, std::string{kNotAnImage}});
    }
    if (const auto told = integer_member(object, "rows")) {
      if (in.peek() != EOF) {
        return at_line(line + 1, {ErrorKind::Malformed, "more follows what was the last line"});
      }
      if (static_cast<std::uint64_t>(*told) == rows) return rows;
      return at_line(
          line, {ErrorKind::Malformed, fmt::format("{} rows were told, {} came", *told, rows)});
    }
    const Result<void> taken = row_of(object).and_then(take);
    if (!taken) return at_line(line, taken.error());
    ++rows;
  }
  return fail(ErrorKind::Malformed, line == 0
                                        ? "the export is empty"
                                        : "the export is cut short: its last line is missing");
}

}  // namespace peerlab
