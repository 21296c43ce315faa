// Whom a request comes from, proven.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "domain/user_hash.h"
#include "gateway/call.h"
#include "gateway/refused.h"

namespace peerlab::gateway {

// Somebody with a valid token of the platform's issuer.
class Member {
 public:
  // 401 with a challenge (RFC 6750, 3) where the token is missing or not valid now; 503 where that
  // cannot be known because the issuer does not answer.
  static tl::expected<Member, Refused> admit(const Call& call);

  [[nodiscard]] const Subject& subject() const { return bearer_.subject; }
  [[nodiscard]] const UserHash& user() const { return user_; }
  // Does the issuer say it has one of these?
  [[nodiscard]] bool has_any_of(const std::vector<std::string>& roles) const;
  [[nodiscard]] std::string log_name() const { return "member " + user_.short_text(); }

 private:
  explicit Member(identity::Bearer bearer)
      : bearer_{std::move(bearer)}, user_{UserHash::of(bearer_.subject)} {}
  identity::Bearer bearer_;
  UserHash user_;
};

// A program of the platform's own that presented one of its keys.
class Agent {
 public:
  static tl::expected<Agent, Refused> admit(const Call& call);

  [[nodiscard]] std::string log_name() const { return "agent"; }

 private:
  Agent() = default;
};

// Somebody who runs the platform: by a key of their own, or by the role that the issuer says a
// member has.
class Operator {
 public:
  // 401 without credentials or with such that prove nothing, 403 for members without the role, and
  // for everybody on a platform that has no operators.
  static tl::expected<Operator, Refused> admit(const Call& call);

  // As the audit trail has it: the key's name, or "op-" and the member's short hash.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string log_name() const { return "operator " + name_; }

 private:
  explicit Operator(std::string name) : name_{std::move(name)} {}
  std::string name_;
};

}  // namespace peerlab::gateway
