#include "metrics/page.h"

#include <fmt/format.h>

namespace peerlab::metrics {
namespace {

// A label's value may hold anything; these three would end it.
void put_escaped(std::string& text, std::string_view value) {
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
}

}  // namespace

void Page::begin(std::string_view name, std::string_view type, std::string_view help) {
  begin_foreign(fmt::format("peerlab_{}", name), type, help);
}

void Page::begin_foreign(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
}

void Page::put(std::string_view suffix, Labels labels, std::string_view le,
               std::string_view value) {
  text_.append(name_).append(suffix);
  char before = '{';
  const auto put_label = [&](std::string_view name, std::string_view word) {
    text_ += std::exchange(before, ',');
    text_.append(name).append("=\"");
    put_escaped(text_, word);
    text_ += '"';
  };
  for (const auto& [name, word] : labels) put_label(name, word);
  if (!le.empty()) put_label("le", le);
  if (before == ',') text_ += '}';
  text_.append(" ").append(value).append("\n");
}

void Page::sample(Labels labels, std::uint64_t value) {
  put("", labels, "", std::to_string(value));
}

void Page::sample(Labels labels, double value) { put("", labels, "", fmt::format("{}", value)); }

void Page::sample(Labels labels, const Histogram& histogram) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
    so_far += histogram.count_in(i);
    put("_bucket", labels, fmt::format("{}", histogram.bounds()[i]), std::to_string(so_far));
  }
  so_far += histogram.count_in(histogram.bounds().size());
  put("_bucket", labels, "+Inf", std::to_string(so_far));
  put("_sum", labels, "", fmt::format("{}", histogram.sum()));
  put("_count", labels, "", std::to_string(so_far));
}

void Page::gauge(std::string_view name, std::string_view help, std::uint64_t value) {
  begin(name, "gauge", help);
  sample(value);
}

void Page::counter(std::string_view name, std::string_view help, std::uint64_t value) {
  begin(name, "counter", help);
  sample(value);
}

}  // namespace peerlab::metrics
