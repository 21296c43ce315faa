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

}  // namespace peerlab::gateway
