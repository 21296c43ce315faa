#include "lab/roa_table.h"

#include <fmt/format.h>

#include "base/text.h"

namespace peerlab::lab {
namespace {

// Not the first of them: those are the routes that the small table samples, whole.
constexpr std::size_t kEvery = 50, kAt = 25;
// stayrtr wants a time; nobody here looks at it (-checktime=false).
constexpr std::string_view kHead =
    "{\"metadata\":{\"buildtime\":\"2026-11-24T00:00:00Z\"},\"roas\":[\n";

std::string line_of(const Roa& roa) {
  return fmt::format(R"({{"prefix":"{}","maxLength":{},"asn":"AS{}","ta":"lab"}})",
                     roa.prefix.text(), roa.prefix.length(), roa.origin.text());
}

}  // namespace

std::vector<Roa> roas_of(const std::vector<OriginRoute>& routes) {
  const Asn nobody = *Asn::make(kNobodysAs);
  std::vector<Roa> roas;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    roas.push_back({routes[i].prefix, i % kEvery == kAt ? nobody : routes[i].origin});
  }
  return roas;
}

std::string render_roas(const std::vector<Roa>& roas) {
  std::string text{kHead};
  for (const Roa& roa : roas) text += (text.size() > kHead.size() ? ",\n" : "") + line_of(roa);
  return text + "\n]}\n";
}

std::string with_roa(const std::string& document, const Roa& roa) {
  const bool others = document.find("\"prefix\"") != std::string::npos;
  return std::string{kHead} + line_of(roa) + (others ? ",\n" : "") + document.substr(kHead.size());
}

std::vector<std::string> invalid_prefixes(std::string_view document) {
  const std::string mark = fmt::format("\"AS{}\"", kNobodysAs);
  std::vector<std::string> prefixes;
  for (const std::string_view line : split(document, '\n')) {
    const std::vector<std::string_view> quoted = split(line, '"');
    if (line.find(mark) == std::string_view::npos || quoted.size() < 4) continue;
    prefixes.emplace_back(quoted[3]);
  }
  return prefixes;
}

}  // namespace peerlab::lab
