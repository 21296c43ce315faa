// How a verb's data reaches standard output: for people, as JSON, as CSV.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "cli/complaint.h"

namespace peerlab::cli {

enum class Format { Text, Json, Csv };

struct OutputStyle {
  Format format = Format::Text;
  std::vector<std::string> fields;  // of --json a,b: these and no others, in this order
};

using Scalar = std::variant<std::monostate, bool, std::int64_t, std::string>;

struct Cell {
  Scalar value;       // for JSON and CSV
  std::string shown;  // for people
};

// Names of columns, and rows of as many cells.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

// All rows: columns aligned under their names; a JSON array of objects; CSV (RFC 4180 with plain
// line feeds).  No row is a header row, or [].  Usage where a picked field is no column.
[[nodiscard]] Attempt<std::string> spelled_list(const Table& table, const OutputStyle& style);

// The one row: for people "name  value" a line, where there is one column its value alone; a JSON
// object; CSV with a header.
[[nodiscard]] Attempt<std::string> spelled_record(const Table& table, const OutputStyle& style);

// A JSON object of the platform as it came, or the picked members of it.  Usage where it has no
// such member.
[[nodiscard]] Attempt<std::string> spelled_document(std::string_view document,
                                                    const OutputStyle& style);

// "in 3 h 12 min", "in 45 s", "over".
[[nodiscard]] std::string remaining(Instant end, Instant now);
// "2026-11-23 14:06 UTC"
[[nodiscard]] std::string shown_time(Instant instant);

}  // namespace peerlab::cli
