#include "gateway/audience.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

// The credentials of the Bearer scheme, its name compared without case (RFC 9110, 11.1).  Empty
// where there are none, and where two fields leave open which of them is meant.
std::string_view bearer(const http::Request& request) {
  if (request.headers.count("Authorization") != 1) return "";
  const auto [scheme, credentials] = split_once(trim(*request.header("Authorization")), ' ');
  return http::equal_without_case(scheme, "Bearer") ? trim(credentials) : std::string_view{};
}

// What may stand between the quotes of error_description (RFC 6750, 3).
std::string described(std::string_view detail) {
  std::string text;
  for (const char c : detail) text += c < ' ' || c > '~' || c == '"' || c == '\\' ? '\'' : c;
  return text;
}

Refusing nothing_presented(std::string detail) {
  Refusing refusing = refuse(Error{ErrorKind::Unauthenticated, std::move(detail)});
  refusing.value().headers.add("WWW-Authenticate", "Bearer");
  return refusing;
}

Refusing not_accepted(const Error& error) {
  Refusing refusing = refuse(error);
  if (error.kind != ErrorKind::Unauthenticated) return refusing;
  refusing.value().headers.add(
      "WWW-Authenticate", fmt::format(R"(Bearer error="invalid_token", error_description="{}")",
                                      described(error.detail)));
  return refusing;
}

}  // namespace

tl::expected<Member, Refused> Member::admit(const Call& call) {
  const std::string_view token = bearer(call.request);
  if (token.empty()) return nothing_presented("send 'Authorization: Bearer <token>': sign in");
  Result<identity::Bearer> known = call.services.tokens.verify(token, call.now);
  if (!known) return not_accepted(known.error());
  return Member{*std::move(known)};
}

bool Member::has_any_of(const std::vector<std::string>& roles) const {
  return std::ranges::find_first_of(bearer_.roles, roles) != bearer_.roles.end();
}

tl::expected<Agent, Refused> Agent::admit(const Call& call) {
  const Secret key{std::string{bearer(call.request)}};
  if (key.empty()) return nothing_presented("send 'Authorization: Bearer <agent key>'");
  if (call.services.agents.accept(key)) return Agent{};
  return not_accepted(Error{ErrorKind::Unauthenticated, "this agent key is not accepted here"});
}

tl::expected<Operator, Refused> Operator::admit(const Call& call) {
  const OperatorAccess& access = call.services.operators;
  if (!access.anybody()) {
    return refuse(wire::ProblemType::NotAnOperator, "",
                  "this platform has no operators: set operator_keys_file, or roles_claim");
  }
  const Secret presented{std::string{bearer(call.request)}};
  if (presented.empty()) {
    return nothing_presented("send 'Authorization: Bearer <operator key or token>'");
  }
  if (auto name = access.keys.name_of(presented)) return Operator{*std::move(name)};
  const Result<identity::Bearer> known = call.services.tokens.verify(presented.reveal(), call.now);
  if (!known && known.error().kind == ErrorKind::Unauthenticated) {
    return not_accepted(
        Error{ErrorKind::Unauthenticated,
              "this is no operator's key, and as a token it is refused: " + known.error().detail});
  }
  if (!known) return not_accepted(known.error());
  if (!access.role.empty() && std::ranges::find(known->roles, access.role) != known->roles.end()) {
    return Operator{std::string{identity::kTokenOperator} +
                    UserHash::of(known->subject).short_text()};
  }
  return refuse(wire::ProblemType::NotAnOperator, "", "your token does not make you an operator");
}

}  // namespace peerlab::gateway
