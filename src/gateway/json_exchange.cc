#include "gateway/json_exchange.h"

#include "base/text.h"

namespace peerlab::gateway {
namespace {

bool is_json(std::string_view content_type) {
  const std::string essence = lowercase(trim(split_once(content_type, ';').first));
  const auto [type, subtype] = split_once(essence, '/');
  return type == "application" && (subtype == "json" || subtype.ends_with("+json"));
}

}  // namespace

http::Response json_response(std::string document) {
  return {200, {{"Content-Type", "application/json"}}, std::move(document)};
}

tl::expected<std::string_view, Refused> json_body(const http::Request& request) {
  if (is_json(request.header("Content-Type").value_or(""))) return request.body;
  return refuse(wire::ProblemType::UnsupportedMediaType, "",
                "send the header 'Content-Type: application/json'");
}

}  // namespace peerlab::gateway
