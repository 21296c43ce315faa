#include "base/clock.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace peerlab {
namespace {

using namespace std::chrono;

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool has(std::string_view text, std::size_t at, std::string_view any_of) {
  return at < text.size() && any_of.find(text[at]) != std::string_view::npos;
}

// "Z", "+02:00" or "-05:30" and nothing behind it.
std::optional<seconds> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return seconds{0};
  if (text.size() != 6 || !has(text, 0, "+-") || text[3] != ':') return std::nullopt;
  const auto hour = digits(text, 1, 2), minute = digits(text, 4, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  const seconds offset = hours{*hour} + minutes{*minute};
  return text[0] == '-' ? -offset : offset;
}

std::optional<Instant> parse_date_time(std::string_view text) {
  const auto year_ = digits(text, 0, 4), month_ = digits(text, 5, 2), day_ = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year_ || !month_ || !day_ || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || !has(text, 10, "Tt ") || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  const year_month_day date{year{*year_}, month{static_cast<unsigned>(*month_)},
                            day{static_cast<unsigned>(*day_)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second};
}

}  // namespace

Instant SystemClock::now() const { return floor<seconds>(system_clock::now()); }

std::string rfc3339(Instant instant) {
  const auto midnight = floor<days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss time{instant - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

Result<Instant> parse_rfc3339(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorKind::Malformed,
                fmt::format("'{}' is not an RFC 3339 time such as 2026-11-23T14:06:44+00:00",
                            printable(text, 64)));
  };
  const auto local = parse_date_time(text);
  if (!local) return wrong();
  std::size_t end = 19;
  if (has(text, end, ".")) {
    for (++end; has(text, end, "0123456789");) ++end;
    if (end == 20) return wrong();
  }
  const auto offset = parse_offset(text.substr(end));
  if (!offset) return wrong();
  return *local - *offset;
}

}  // namespace peerlab
