// Prometheus' text format (exposition format 0.0.4).  Samples stand in the order in which they were
// given: the same figures are the same bytes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/histogram.h"

namespace peerlab::metrics {

using Label = std::pair<std::string_view, std::string_view>;
using Labels = std::initializer_list<Label>;

class Page {
 public:
  // A family; the samples that follow are its.  Its name is "peerlab_" and this.
  void begin(std::string_view name, std::string_view type, std::string_view help);
  // A family of a name that is not ours alone, such as process_open_fds.
  void begin_foreign(std::string_view name, std::string_view type, std::string_view help);

  void sample(std::uint64_t value) { sample({}, value); }
  void sample(Labels labels, std::uint64_t value);
  void sample(Labels labels, double value);
  void sample(Labels labels, const Histogram& histogram);

  // A family of one sample.
  void gauge(std::string_view name, std::string_view help, std::uint64_t value);
  void counter(std::string_view name, std::string_view help, std::uint64_t value);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void put(std::string_view suffix, Labels labels, std::string_view le, std::string_view value);
  std::string name_, text_;
};

inline constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace peerlab::metrics
