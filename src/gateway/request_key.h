// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): what a client calls its request,
// so that asking again does nothing again.  The ledger remembers keys; here they are read, and two
// requests of one key at once are kept apart.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "domain/user_hash.h"
#include "gateway/refused.h"
#include "http/request.h"

namespace peerlab::gateway {

// nullopt where the request has none.  400 where it is neither a string of RFC 9651 nor a bare word
// of visible characters, not 1 to 255 long, or said twice.
[[nodiscard]] tl::expected<std::optional<std::string>, Refused> request_key(
    const http::Request& request);

// The requests with a key that this process is answering.  Any thread.
class KeysInFlight {
 public:
  class Held;
  // 409 where this member's request of this key is being answered.  The key is free again when the
  // result is gone.
  [[nodiscard]] tl::expected<Held, Refused> hold(const UserHash& user, const std::string& key);

 private:
  using Key = std::pair<UserHash, std::string>;
  std::mutex mutex_;
  std::set<Key> keys_;
};

class KeysInFlight::Held {
 public:
  Held(Held&& other) noexcept : all_{std::exchange(other.all_, nullptr)}, at_{other.at_} {}
  Held& operator=(Held&&) = delete;
  ~Held();

 private:
  friend class KeysInFlight;
  Held(KeysInFlight& all, std::set<Key>::iterator at) : all_{&all}, at_{at} {}
  KeysInFlight* all_;
  std::set<Key>::iterator at_;
};

}  // namespace peerlab::gateway
