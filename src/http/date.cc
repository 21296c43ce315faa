#include "http/date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace peerlab::http {
namespace {

using namespace std::chrono;

constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kLength = std::string_view{"Sun, 06 Nov 1994 08:49:37 GMT"}.size();

}  // namespace

std::string http_date(Instant instant) {
  const auto midnight = floor<days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss time{instant - midnight};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays.at(weekday{midnight}.c_encoding()), static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

std::optional<Instant> parse_http_date(std::string_view text) {
  if (text.size() != kLength) return std::nullopt;
  const auto month_name = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const auto number = [&](std::size_t at, std::size_t count) {
    return parse_decimal<unsigned>(text.substr(at, count)).value_or(9999);
  };
  const auto month_number = static_cast<unsigned>(month_name - kMonths.begin()) + 1;
  const year_month_day date{year{static_cast<int>(number(12, 4))}, month{month_number},
                            day{number(5, 2)}};
  const unsigned h = number(17, 2), m = number(20, 2), s = number(23, 2);
  if (!date.ok() || h > 23 || m > 59 || s > 59) return std::nullopt;
  const Instant instant = sys_days{date} + hours{h} + minutes{m} + seconds{s};
  return http_date(instant) == text ? std::optional{instant} : std::nullopt;
}

}  // namespace peerlab::http
