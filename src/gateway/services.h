// What an endpoint may use, and the one way from a request to its answer.
#pragma once

#include "gateway/admission.h"
#include "gateway/event_sealer.h"
#include "gateway/holdings_feed.h"
#include "gateway/mappings_feed.h"
#include "gateway/tally.h"
#include "http/request.h"
#include "http/response.h"
#include "http/server.h"
#include "identity/agent_keys.h"
#include "identity/operator_keys.h"
#include "identity/signing_keys.h"
#include "identity/token_verifier.h"
#include "ledger/ledger.h"
#include "wire/platform_document.h"

namespace peerlab::gateway {

// /48s of their own beside the pool "default".
struct NamedPool {
  std::string name;
  PrefixPool blocks;
  std::vector<std::string> reserved_for = {};  // roles, one of which a member needs; empty: none
};

// What this platform offers: the same for one run of the program.
struct Offer {
  wire::Platform platform;                 // GET /api/platform, its issuer included
  AllocationRules rules;                   // its pool is the one called "default"
  std::chrono::seconds leased_hour{3600};  // shorter only in a lab (--lab-hour)
  std::vector<NamedPool> named_pools = {};
  bool publishes_roas = false;
};

// Who may do what operators do.
struct OperatorAccess {
  identity::OperatorKeys keys = identity::OperatorKeys::none();
  std::string role = {};  // of a member's token; empty: no token makes an operator
  [[nodiscard]] bool anybody() const { return keys.size() > 0 || !role.empty(); }
};

struct Services {
  Ledger& ledger;
  const identity::TokenVerifier& tokens;
  const identity::SigningKeys& keys;  // are any known?  For readiness
  const identity::AgentKeys& agents;
  const Clock& clock;
  const Offer& offer;
  MappingsFeed& mappings;
  Admission& admission;
  Tally& tally;
  HoldingsFeed& holdings;
  const OperatorAccess& operators;
  EventSealer& sealer;
};

// Finds the endpoint, asks who is there, calls it, and logs one line: method, route, status, time
// and request id, when it is answered (a stream: when it begins), and never a token, key, e-mail,
// subject or what a stranger put into a path.  Any thread.
[[nodiscard]] http::Answer answer(const Services& services, http::Request request);

// The problem document of a request that never became one (408, 413, 431, 400, 500).
[[nodiscard]] http::Response answer(Tally& tally, const http::Refusal& refusal);

}  // namespace peerlab::gateway
