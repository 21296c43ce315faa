// E-mail addresses from Auth0's Management API v2 (WIRE.md 2.5).
#pragma once

#include <optional>

#include "http/client.h"
#include "identity/auth0_documents.h"
#include "identity/email_directory.h"

namespace peerlab::identity {

// A machine-to-machine application that may read:users.
struct Auth0Tenant {
  std::string
      url;  // https://TENANT.auth0.com, without a slash at its end: its own, no custom domain
  std::string client_id;
  Secret client_secret;
  std::chrono::milliseconds patience{3'500};  // for each of a look-up's one or two requests
};

// One member is asked about by id, which Auth0 answers as of this moment; several by one search,
// whose index may lag behind.  For one thread.  The token is kept until it is to be renewed or was
// refused.
class Auth0Directory final : public EmailDirectory {
 public:
  Auth0Directory(const http::Client& client, Auth0Tenant tenant)
      : client_{client}, tenant_{std::move(tenant)} {}

  Result<DirectoryAnswer> look_up(const std::vector<Subject>& subjects, Instant now) override;

 private:
  [[nodiscard]] Result<Secret> token(Instant now);
  [[nodiscard]] Result<http::ClientResponse> send(http::ClientRequest request) const;

  const http::Client& client_;
  const Auth0Tenant tenant_;
  std::optional<MachineToken> token_;
};

}  // namespace peerlab::identity
