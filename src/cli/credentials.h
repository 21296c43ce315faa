// The sign-ins of this machine's user, one for each platform: $XDG_STATE_HOME/peerlab/
// credentials.json, 0600 in a folder 0700, replaced as a whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/file_lock.h"
#include "base/secret.h"

namespace peerlab::cli {

struct Credentials {
  Secret access_token;
  Secret refresh_token;  // empty: the provider gave none
  Instant expires_at;
  std::string account;  // "alice@example.org", for people to read; may be empty
  std::string client_id;
  std::string token_endpoint;
  std::string revocation_endpoint;  // empty: the provider has none
};

class CredentialStore {
 public:
  explicit CredentialStore(std::filesystem::path folder) : folder_{std::move(folder)} {}

  // NotFound where nobody is signed in to this platform.
  [[nodiscard]] Result<Credentials> find(const std::string& api_url) const;

  // Makes the folder where there is none.  Who changes credentials holds the lock from reading them
  // until they are written: a refresh token that was rotated is not lost to another process.
  [[nodiscard]] Result<FileLock> lock() const;
  [[nodiscard]] Result<void> keep(const FileLock& held, const std::string& api_url,
                                  const Credentials& credentials) const;
  [[nodiscard]] Result<void> forget(const FileLock& held, const std::string& api_url) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace peerlab::cli
