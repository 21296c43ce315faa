#include "confgen/closings_shown.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <ostream>

namespace peerlab::confgen {

namespace json = boost::json;

void print_closings(std::ostream& out, const Closings& closings, Instant now) {
  for (const Closing& closing : closings.list()) {
    const OffenceEntry& entry = describe(closing.offence);
    const std::string who =
        closing.neighbour.text() + (closing.asn ? " AS" + closing.asn->text() : "");
    if (closing.in_force(now)) {
      out << fmt::format("closed      {}: {}, since {}, for {} s more, {} in a row; {}\n", who,
                         entry.slug, rfc3339(closing.since), (closing.until - now).count(),
                         closing.times, entry.sentence);
    } else {
      out << fmt::format("let in      {}: was closed for {} from {} to {}\n", who, entry.slug,
                         rfc3339(closing.since), rfc3339(closing.until));
    }
  }
}

json::array closings_as_json(const Closings& closings, Instant now) {
  json::array array;
  for (const Closing& closing : closings.list()) {
    const OffenceEntry& entry = describe(closing.offence);
    array.push_back(json::object{
        {"neighbour", closing.neighbour.text()},
        {"asn", closing.asn ? json::value(closing.asn->number()) : json::value(nullptr)},
        {"closed", closing.in_force(now)},
        {"reason", entry.slug},
        {"reason_number", entry.number ? json::value(*entry.number) : json::value(nullptr)},
        {"sentence", entry.sentence},
        {"advice", entry.advice},
        {"since", rfc3339(closing.since)},
        {"until", rfc3339(closing.until)},
        {"times", closing.times}});
  }
  return array;
}

}  // namespace peerlab::confgen
