#include "gateway/settings_nearest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace peerlab::gateway {
namespace {

// How many letters differ (Levenshtein).
std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < other.size(); ++j) {
      const std::size_t changed = diagonal + (one[i] == other[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known) {
  const auto found = std::min_element(known.begin(), known.end(),
                                      [&](const std::string& one, const std::string& other) {
                                        return distance(name, one) < distance(name, other);
                                      });
  if (found == known.end() || 2 * distance(name, *found) > name.size()) return std::nullopt;
  return *found;
}

}  // namespace peerlab::gateway
