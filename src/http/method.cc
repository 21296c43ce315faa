#include "http/method.h"

#include <array>
#include <utility>

namespace peerlab::http {
namespace {

using namespace std::string_view_literals;

constexpr std::array kNames{
    std::pair{Method::Get, "GET"sv},         std::pair{Method::Head, "HEAD"sv},
    std::pair{Method::Post, "POST"sv},       std::pair{Method::Put, "PUT"sv},
    std::pair{Method::Delete, "DELETE"sv},   std::pair{Method::Patch, "PATCH"sv},
    std::pair{Method::Options, "OPTIONS"sv}, std::pair{Method::Connect, "CONNECT"sv},
    std::pair{Method::Trace, "TRACE"sv}};

}  // namespace

Method method_of(std::string_view name) {
  for (const auto& [method, spelled] : kNames) {
    if (spelled == name) return method;
  }
  return Method::Other;
}

std::string_view name_of(Method method) {
  for (const auto& [known, spelled] : kNames) {
    if (known == method) return spelled;
  }
  return "OTHER";
}

}  // namespace peerlab::http
