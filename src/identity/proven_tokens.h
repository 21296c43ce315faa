// Tokens whose signature was found good, remembered so that it need not be checked again.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "identity/claims.h"

namespace peerlab::identity {

class VerificationKey;

struct ProvenToken {
  Claims claims;
  std::string key_id;
  std::string_view algorithm;                  // of the static list
  std::shared_ptr<const VerificationKey> key;  // what its signature was checked with
};

// By a digest that means nothing outside of this process: no token is kept.  Any thread.
class ProvenTokens {
 public:
  using Digest = std::array<std::uint8_t, 32>;
  using Known = std::shared_ptr<const ProvenToken>;

  // At most twice `most`: those that were not used while `most` others were new are forgotten.
  explicit ProvenTokens(std::size_t most = std::size_t{1} << 13U) : most_{most} {}

  [[nodiscard]] Known find(const Digest& digest);  // nullptr: not known
  void keep(const Digest& digest, ProvenToken token);
  [[nodiscard]] std::size_t size() const;

 private:
  struct FirstBytes {
    std::size_t operator()(const Digest& digest) const;
  };
  using Tokens = std::unordered_map<Digest, Known, FirstBytes>;
  void put(const Digest& digest, Known token);

  const std::size_t most_;
  mutable std::mutex mutex_;
  Tokens used_;
  Tokens unused_;  // since used_ was last full
};

}  // namespace peerlab::identity
