#include "http/response_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "http/field_syntax.h"

namespace peerlab::http {
namespace {

using namespace std::string_view_literals;

constexpr std::array kOwn{"Connection"sv, "Content-Length"sv, "Date"sv, "Transfer-Encoding"sv,
                          "X-Request-Id"sv};

bool is_own(std::string_view name) {
  return std::any_of(kOwn.begin(), kOwn.end(),
                     [&](std::string_view own) { return equal_without_case(own, name); });
}

void append(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": "sv).append(value).append("\r\n"sv);
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

std::string encode(const Response& response, const Framing& framing) {
  const bool bodiless = response.status == 204 || response.status == 304;
  std::string text;
  text.reserve(256 + response.body.size());
  text.append("HTTP/1.1 "sv).append(std::to_string(response.status)).append(" "sv);
  text.append(reason_phrase(response.status)).append("\r\n"sv);
  for (const Header& field : response.headers) {
    if (!is_own(field.name)) append(text, field.name, field.value);
  }
  append(text, "Date", framing.date);
  append(text, "X-Request-Id", framing.request_id);
  if (framing.close) append(text, "Connection", "close");
  if (framing.http_1_0 && !framing.close) append(text, "Connection", "keep-alive");
  if (!bodiless) append(text, "Content-Length", std::to_string(response.body.size()));
  text.append("\r\n"sv);
  if (!bodiless && !framing.head) text.append(response.body);
  return text;
}

bool can_be_sent(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::all_of(response.headers.begin(), response.headers.end(), is_safe);
}

std::string http_date(Instant instant) {
  using namespace std::chrono;
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto midnight = floor<days>(instant);
  const year_month_day date{midnight};
  const hh_mm_ss time{instant - midnight};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays.at(weekday{midnight}.c_encoding()), static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

}  // namespace peerlab::http
