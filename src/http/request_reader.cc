#include "http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <utility>

#include "http/field_syntax.h"

namespace peerlab::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::http::error;
using beast::http::field;

constexpr std::size_t kRoom = 4U << 10U;
// Nobody needs them; one byte a chunk and a long extension each would make a small body cost much.
constexpr std::size_t kExtensionsMost = 4U << 10U;
constexpr std::string_view kLastChunk = "0\r\n\r\n";

bool is_request_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

// Who speaks TLS to this port, say, need not wait for the end of a line that never comes.
bool could_begin_request(std::string_view bytes) {
  return bytes.empty() || bytes.front() == '\r' || is_token(bytes.substr(0, 1));
}

// RFC 3986, 3.2.2 and 3.2.3, by its letters only.
bool could_be_host(std::string_view value) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._~%!$&'()*+,;=:[]"}.find(c) != std::string_view::npos;
  };
  return std::all_of(value.begin(), value.end(), allowed);
}

}  // namespace

// Beast checks the grammar and frames the body; this keeps what it hears.  Trailer fields are
// dropped: nobody may add an Authorization behind the body.
class RequestReader::Parser final : public beast::http::basic_parser<true> {
 public:
  std::string method, target, body;
  int version = 11;
  Headers headers;

 private:
  using string_view = beast::string_view;
  void on_request_impl(beast::http::verb, string_view method_name, string_view raw_target,
                       int spoken, error_code& failed) override {
    version = spoken;
    method.assign(method_name.data(), method_name.size());
    target.assign(raw_target.data(), raw_target.size());
    failed = {};
  }
  void on_response_impl(int, string_view, int, error_code& failed) override { failed = {}; }
  void on_field_impl(field, string_view name, string_view value, error_code& failed) override {
    if (!is_header_done()) {
      headers.add(std::string{name.data(), name.size()}, std::string{value.data(), value.size()});
    }
    failed = {};
  }
  void on_header_impl(error_code& failed) override { failed = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                         error_code& failed) override {
    if (length) body.reserve(static_cast<std::size_t>(*length));
    failed = {};
  }
  std::size_t on_body_impl(string_view part, error_code& failed) override {
    body.append(part.data(), part.size());
    failed = {};
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view extension, error_code& failed) override {
    extensions_ += extension.size();
    failed =
        extensions_ > kExtensionsMost ? make_error_code(error::bad_chunk_extension) : error_code{};
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code& failed) override {
    return on_body_impl(part, failed);
  }
  void on_finish_impl(error_code& failed) override { failed = {}; }

  std::size_t extensions_ = 0;
};

RequestReader::RequestReader(ReadLimits limits) : limits_{limits} { restart(); }
RequestReader::~RequestReader() = default;

void RequestReader::restart() {
  parser_ = std::make_unique<Parser>();
  // The limit of the head is watched here: Beast would look at its parts one by one.
  parser_->header_limit(static_cast<std::uint32_t>(limits_.head + 1));
  parser_->body_limit(limits_.body);
  line_size_ = 0;
  empty_line_passed_ = false;
}

std::span<char> RequestReader::room() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < end_ + kRoom) buffer_.resize(end_ + kRoom);
  return {buffer_.data() + end_, buffer_.size() - end_};
}

void RequestReader::received(std::size_t bytes) { end_ += bytes; }

bool RequestReader::started() const { return parser_->got_some() || begin_ < end_; }
bool RequestReader::keep_alive() const { return parser_->keep_alive(); }
bool RequestReader::http_1_0() const { return parser_->version == 10; }

std::string RequestReader::client_request_id() const {
  const auto id = parser_->headers.find("X-Request-Id");
  return id && is_request_id(*id) ? std::string{*id} : std::string{};
}

bool RequestReader::expects_continue() const {
  // A client of 1.0 does not know the answer (RFC 9110, 10.1.1).
  if (!parser_->is_header_done() || parser_->is_done() || begin_ < end_ || http_1_0()) return false;
  const auto expected = parser_->headers.find("Expect");
  return expected && equal_without_case(*expected, "100-continue") && parser_->body.empty();
}

RequestReader::State RequestReader::refuse(int status, std::string message) {
  refusal_status_ = status;
  refusal_message_ = std::move(message);
  return State::Refused;
}

// What Beast lets pass and a server behind or before us might read otherwise (RFC 9112, 3.2
// and 6.1).
std::string RequestReader::fault_of_head() const {
  const Headers& headers = parser_->headers;
  const std::size_t lengths = headers.count("Content-Length");
  const std::size_t encodings = headers.count("Transfer-Encoding");
  if (lengths + encodings > 1) return "the length of the body is said more than once";
  if (encodings == 1 && http_1_0()) return "HTTP/1.0 has no transfer coding";
  if (encodings == 1 && !equal_without_case(*headers.find("Transfer-Encoding"), "chunked")) {
    return "the only transfer coding read here is chunked";
  }
  const auto length = headers.find("Content-Length");
  if (length && length->find_first_not_of("0123456789") != std::string_view::npos) {
    return "Content-Length is not a number";
  }
  const std::size_t hosts = headers.count("Host");
  if (hosts > 1 || (hosts == 0 && !http_1_0())) return "there must be one Host field";
  if (hosts == 1 && !could_be_host(*headers.find("Host"))) return "Host names no host";
  return {};
}

RequestReader::State RequestReader::judge_head() {
  if (std::string fault = fault_of_head(); !fault.empty()) return refuse(400, std::move(fault));
  Result<Target> target = parse_target(parser_->target);
  if (!target) return refuse(400, target.error().detail);
  target_ = *std::move(target);
  return State::Complete;
}

std::string_view RequestReader::waiting() const {
  return std::string_view{buffer_}.substr(begin_, end_ - begin_);
}

RequestReader::State RequestReader::advance() {
  while (!parser_->is_done()) {
    State part;
    if (parser_->is_header_done()) {
      part = read_body();
    } else {
      part = line_size_ == 0 ? read_request_line() : read_fields();
    }
    if (part != State::Complete) return part;
  }
  return State::Complete;
}

RequestReader::State RequestReader::read_request_line() {
  const auto end = waiting().find('\n');
  const bool whole = end != std::string_view::npos;
  if ((whole ? end : waiting().size()) >= limits_.head) {
    return refuse(414, "the request line is too long");
  }
  if (!whole && !could_begin_request(waiting())) return refuse(400, "this is not an HTTP request");
  if (!whole) return State::NeedsMore;
  // One empty line before a request is to be passed over (RFC 9112, 2.2).
  if (waiting().starts_with("\r\n") && !std::exchange(empty_line_passed_, true)) {
    begin_ += 2;
    return State::Complete;
  }
  line_size_ = end + 1;
  return parse_whole(line_size_);
}

RequestReader::State RequestReader::read_fields() {
  const bool none = waiting().starts_with("\r\n");
  const auto end = none ? 0 : waiting().find("\r\n\r\n");
  const bool whole = end != std::string_view::npos;
  const std::size_t size = whole ? end + (none ? 2 : 4) : waiting().size() + 1;
  if (line_size_ + size > limits_.head) return refuse(431, "the request's head is too large");
  if (!whole) return State::NeedsMore;
  // Beast would unfold it; who stands before us may have read it otherwise (RFC 9112, 5.2).
  const std::string_view fields = waiting().substr(0, size);
  if (fields.find("\r\n ") != std::string_view::npos ||
      fields.find("\r\n\t") != std::string_view::npos) {
    return refuse(400, "a header field goes over several lines");
  }
  const State parsed = parse_whole(size);
  return parsed == State::Complete ? judge_head() : parsed;
}

RequestReader::State RequestReader::parse_whole(std::size_t size) {
  error_code failed;
  const boost::asio::const_buffer bytes{waiting().data(), size};
  const std::size_t consumed = parser_->put(bytes, failed);
  begin_ += consumed;
  if (failed == error::body_limit) return refuse(413, "the request's body is too large");
  // Behind the request line Beast asks for the fields: no fault.
  if (consumed == size && (!failed || failed == error::need_more)) return State::Complete;
  return refuse(400, "this is not an HTTP request: " + failed.message());
}

RequestReader::State RequestReader::read_body() {
  if (waiting().empty()) return State::NeedsMore;
  // Beast asserts that whoever asks it again about a last chunk has all of it.
  const bool last_chunk_begun =
      parser_->chunked() && waiting().front() == '0' && waiting().size() < kLastChunk.size();
  if (last_chunk_begun) return State::NeedsMore;
  parser_->eager(true);
  error_code failed;
  const boost::asio::const_buffer bytes{waiting().data(), waiting().size()};
  begin_ += parser_->put(bytes, failed);
  if (!failed) return State::Complete;
  if (failed == error::body_limit) return refuse(413, "the request's body is too large");
  if (failed != error::need_more) {
    return refuse(400, "the request's body is not chunked as it says: " + failed.message());
  }
  if (waiting().size() > limits_.head) return refuse(400, "a chunk's head is too long");
  return State::NeedsMore;
}

Request RequestReader::take() {
  Request request;
  request.request_id = client_request_id();
  request.method = method_of(parser_->method);
  request.method_name = std::move(parser_->method);
  request.raw_target = std::move(parser_->target);
  request.path = std::move(target_.path);
  request.segments = std::move(target_.segments);
  request.query = std::move(target_.query);
  request.headers = std::move(parser_->headers);
  request.body = std::move(parser_->body);
  restart();
  return request;
}

}  // namespace peerlab::http
