// A gateway in one process, its clock, its ledger and its issuer in the test's hands.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/services.h"
#include "tests/support/gateway/failing_ledger.h"
#include "tests/support/manual_clock.h"

namespace peerlab::testing_support {

inline constexpr std::string_view kOperatorKey = "key-of-olga-of-the-test-gateway";
inline constexpr std::string_view kAgentKey = "agent-key-of-the-test-gateway";

// As the server would hand it on.  A body comes as application/json.
[[nodiscard]] http::Request request(http::Method method, std::string_view target,
                                    std::string body = {});
// With this header field instead of every other of its name.
[[nodiscard]] http::Request with(http::Request request, std::string_view header, std::string value);
[[nodiscard]] http::Request as_agent(http::Request request);
[[nodiscard]] http::Request as_operator(http::Request request);

// The body, which must be a JSON object, and a text member of it, empty where it has none.
[[nodiscard]] boost::json::object members_of(const http::Response& response);
[[nodiscard]] std::string text_in(const http::Response& response, std::string_view member);

enum class Issuer { IsUp, IsDown };

// Its time is 2026-11-23T14:06:44Z, its pools are 65000-65999 and 3fff:100::/40, one lease a
// member.  E-mails are wanted, and nobody looks them up.
class TestGateway {
  struct Identity;
  std::unique_ptr<Identity> identity_;  // first: its port is in the offer

 public:
  explicit TestGateway(Issuer issuer = Issuer::IsUp);
  ~TestGateway();

  ManualClock clock;
  FailingLedger ledger;
  gateway::Offer offer;
  identity::EmailBook emails{identity::EmailBook::kMembersMost};
  static constexpr std::size_t kWaitersMost = 20, kStreamsMost = 6;
  gateway::MappingsFeed mappings{ledger, clock, {offer.platform.issuer, emails}, kWaitersMost};
  gateway::HoldingsFeed holdings{mappings.news(), ledger, clock, kStreamsMost};
  gateway::Tally tally;
  gateway::OperatorAccess operators;  // olga has kOperatorKey; nobody has a role that counts
  gateway::EventSealer sealer{ledger};
  std::map<std::string, std::vector<std::string>> roles;  // by subject, as its tokens say

  void admit(gateway::AdmissionRules rules);  // instead of the defaults

  [[nodiscard]] gateway::Services services();
  // Waits where the answer is to come later; of a stream, what is said at once.
  [[nodiscard]] http::Response answer(const http::Request& request);
  // Of a request that is answered with one.
  [[nodiscard]] std::shared_ptr<http::EventStream> stream(const http::Request& request);

  // A token of the issuer for this subject, valid for an hour from now on.
  [[nodiscard]] std::string token(std::string_view subject) const;
  [[nodiscard]] http::Request as(std::string_view subject, http::Request request) const;
  [[nodiscard]] static UserHash user(std::string_view subject);

 private:
  std::unique_ptr<gateway::Admission> admission_ =
      std::make_unique<gateway::Admission>(gateway::AdmissionRules{});
};

}  // namespace peerlab::testing_support
