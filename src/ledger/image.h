// A whole ledger as text: one JSON object a line, the same bytes for the same ledger, whatever
// store it lay in.  Subjects stay sealed: the seal key goes with it, apart.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace peerlab {

enum class ColumnType { Integer, Boolean, Text, Bytes };

struct ImageColumn {
  std::string_view name;
  ColumnType type;
};

// What every store calls the same.
struct ImageTable {
  std::string_view name;
  std::span<const ImageColumn> columns;
  std::string_view order;  // the column of a key: rows are told in its order
};

// In the order in which an empty store takes them.
[[nodiscard]] std::span<const ImageTable> image_tables();

// nothing: NULL; a Boolean is 0 or 1; Bytes are raw.
using Cell = std::variant<std::monostate, std::int64_t, std::string>;

struct ImageRow {
  const ImageTable* table;
  std::vector<Cell> cells;  // one a column
};

using TakeRow = std::function<Result<void>(const ImageRow&)>;
using TellRows = std::function<Result<void>(const TakeRow&)>;

class ImageWriter {
 public:
  explicit ImageWriter(std::ostream& out);  // says what the text is
  void put(const ImageRow& row);
  // The last line: how many rows there were, so that a text cut short is noticed.
  [[nodiscard]] Result<void> finish();

 private:
  std::ostream& out_;
  std::uint64_t rows_ = 0;
};

// Hands every row to `take`.  Malformed, with the line's number, where it is no image, or cut
// short; what `take` refuses is told with its line, too.
[[nodiscard]] Result<std::uint64_t> read_image(std::istream& in, const TakeRow& take);

}  // namespace peerlab
