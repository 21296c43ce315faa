#include "http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>

namespace peerlab::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::http::error;
using beast::http::field;

constexpr std::size_t kRoom = 4U << 10U;
constexpr const char* kHeadTooLarge = "the request's head is too large";

bool is_request_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
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
  void on_chunk_header_impl(std::uint64_t, string_view, error_code& failed) override {
    failed = {};
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code& failed) override {
    return on_body_impl(part, failed);
  }
  void on_finish_impl(error_code& failed) override { failed = {}; }
};

RequestReader::RequestReader(ReadLimits limits) : limits_{limits} { restart(); }
RequestReader::~RequestReader() = default;

void RequestReader::restart() {
  parser_ = std::make_unique<Parser>();
  // Beast limits the request line and the fields each on their own; `advance` counts them together.
  parser_->header_limit(static_cast<std::uint32_t>(limits_.head + 1));
  parser_->body_limit(limits_.body);
  head_size_ = 0;
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
  if (!parser_->is_header_done() || parser_->is_done() || begin_ < end_) return false;
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
  if (encodings == 1 && !equal_without_case(*headers.find("Transfer-Encoding"), "chunked")) {
    return "the only transfer coding read here is chunked";
  }
  const auto length = headers.find("Content-Length");
  if (length && length->find_first_not_of("0123456789") != std::string_view::npos) {
    return "Content-Length is not a number";
  }
  const std::size_t hosts = headers.count("Host");
  if (hosts > 1 || (hosts == 0 && !http_1_0())) return "there must be one Host field";
  return {};
}

RequestReader::State RequestReader::judge_head() {
  if (std::string fault = fault_of_head(); !fault.empty()) return refuse(400, std::move(fault));
  Result<Target> target = parse_target(parser_->target);
  if (!target) return refuse(400, target.error().detail);
  target_ = *std::move(target);
  return State::Complete;
}

RequestReader::State RequestReader::judge_fault(const error_code& failed) {
  const bool in_head = !parser_->is_header_done();
  const std::size_t waiting = end_ - begin_;
  if (failed == error::need_more) {
    if (in_head && head_size_ + waiting >= limits_.head) return refuse(431, kHeadTooLarge);
    if (!in_head && waiting > limits_.head) return refuse(400, "a chunk's head is too long");
    return State::NeedsMore;
  }
  if (failed == error::header_limit) return refuse(431, kHeadTooLarge);
  if (failed == error::body_limit) return refuse(413, "the request's body is too large");
  return refuse(400, "this is not an HTTP request: " + failed.message());
}

RequestReader::State RequestReader::advance() {
  while (!parser_->is_done()) {
    // An empty line before a request is to be passed over (RFC 9112, 2.2).
    if (!parser_->got_some() && end_ - begin_ >= 2 &&
        std::memcmp(buffer_.data() + begin_, "\r\n", 2) == 0) {
      begin_ += 2;
    }
    if (begin_ == end_) return State::NeedsMore;
    const bool in_head = !parser_->is_header_done();
    parser_->eager(!in_head);
    error_code failed;
    const boost::asio::const_buffer bytes{buffer_.data() + begin_, end_ - begin_};
    const std::size_t consumed = parser_->put(bytes, failed);
    begin_ += consumed;
    if (in_head) head_size_ += consumed;
    if (failed) return judge_fault(failed);
    if (!in_head) continue;
    if (head_size_ > limits_.head) return refuse(431, kHeadTooLarge);
    if (judge_head() == State::Refused) return State::Refused;
  }
  return State::Complete;
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
