#pragma once

#include <string_view>

namespace peerlab::http {

enum class Method { Get, Head, Post, Put, Delete, Patch, Options, Connect, Trace, Other };

// Names are case-sensitive (RFC 9110, 9.1); what is none of ours is Other and answered 405 by
// whoever routes.
[[nodiscard]] Method method_of(std::string_view name);
[[nodiscard]] std::string_view name_of(Method method);  // "GET"; "OTHER" for Other

}  // namespace peerlab::http
