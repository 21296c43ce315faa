#include "http/response_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "http/field_syntax.h"

namespace peerlab::http {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kUsualHead = 768;

constexpr std::array kOwn{"Connection"sv, "Content-Length"sv, "Date"sv, "Transfer-Encoding"sv,
                          "X-Request-Id"sv};

constexpr std::array kReasons{std::pair{200, "OK"sv},
                              std::pair{201, "Created"sv},
                              std::pair{202, "Accepted"sv},
                              std::pair{204, "No Content"sv},
                              std::pair{301, "Moved Permanently"sv},
                              std::pair{302, "Found"sv},
                              std::pair{303, "See Other"sv},
                              std::pair{304, "Not Modified"sv},
                              std::pair{307, "Temporary Redirect"sv},
                              std::pair{308, "Permanent Redirect"sv},
                              std::pair{400, "Bad Request"sv},
                              std::pair{401, "Unauthorized"sv},
                              std::pair{403, "Forbidden"sv},
                              std::pair{404, "Not Found"sv},
                              std::pair{405, "Method Not Allowed"sv},
                              std::pair{406, "Not Acceptable"sv},
                              std::pair{408, "Request Timeout"sv},
                              std::pair{409, "Conflict"sv},
                              std::pair{412, "Precondition Failed"sv},
                              std::pair{413, "Content Too Large"sv},
                              std::pair{414, "URI Too Long"sv},
                              std::pair{415, "Unsupported Media Type"sv},
                              std::pair{422, "Unprocessable Content"sv},
                              std::pair{428, "Precondition Required"sv},
                              std::pair{429, "Too Many Requests"sv},
                              std::pair{431, "Request Header Fields Too Large"sv},
                              std::pair{500, "Internal Server Error"sv},
                              std::pair{501, "Not Implemented"sv},
                              std::pair{502, "Bad Gateway"sv},
                              std::pair{503, "Service Unavailable"sv},
                              std::pair{504, "Gateway Timeout"sv}};

bool is_own(std::string_view name) {
  return std::any_of(kOwn.begin(), kOwn.end(),
                     [&](std::string_view own) { return equal_without_case(own, name); });
}

void append(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": "sv).append(value).append("\r\n"sv);
}

}  // namespace

std::string_view reason_phrase(int status) {
  for (const auto& [known, phrase] : kReasons) {
    if (known == status) return phrase;
  }
  return "Unknown";
}

std::string encode(const Response& response, const Framing& framing) {
  const bool bodiless = response.status == 204 || response.status == 304;
  std::string text;
  text.reserve(kUsualHead + response.body.size());
  text.append("HTTP/1.1 "sv).append(std::to_string(response.status)).append(" "sv);
  text.append(reason_phrase(response.status)).append("\r\n"sv);
  for (const Header& field : response.headers) {
    if (!is_own(field.name)) append(text, field.name, field.value);
  }
  append(text, "Date", framing.date);
  append(text, "X-Request-Id", framing.request_id);
  if (framing.close) append(text, "Connection", "close");
  if (framing.http_1_0 && !framing.close) append(text, "Connection", "keep-alive");
  const bool whole = framing.body == Body::Whole;
  if (!whole && !framing.http_1_0) append(text, "Transfer-Encoding", "chunked");
  if (whole && !bodiless) append(text, "Content-Length", std::to_string(response.body.size()));
  text.append("\r\n"sv);
  if (whole && !bodiless && !framing.head) text.append(response.body);
  return text;
}

std::string chunk_of(std::string_view piece) {
  return fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
}

bool can_be_sent(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::all_of(response.headers.begin(), response.headers.end(), is_safe);
}

}  // namespace peerlab::http
