#include <fmt/format.h>

#include "cli/verbs.h"

namespace peerlab::cli {

Attempt<void> prefix_rpki(const Call& call, const Prefix48& prefix, bool enabled) {
  const Attempt<http::Response> answer = ask_as_member(
      call, {http::Method::Put,
             fmt::format("/api/user/prefix/{}/rpki", http::percent_encode(prefix.text())),
             fmt::format(R"({{"enabled":{}}})", enabled)});
  if (!answer) return complain(answer.error());
  if (call.style.format == Format::Json) {
    return print(call, spelled_document(answer->body, call.style));
  }
  const std::string state = enabled ? "enabled" : "disabled";
  note(call, fmt::format("RPKI for {} is {}", prefix.text(), state));
  return {};
}

}  // namespace peerlab::cli
