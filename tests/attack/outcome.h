// What an attack came to, everywhere it could have shown.
#pragma once

#include <ostream>

#include "tests/attack/exchange.h"

namespace peerlab::attack {

struct Outcome {
  std::string raw;  // the router's own table: "accepted", "refused 10 100" (reasons), "absent"
  std::string upstream = "nothing";      // the AS path it sees, or "nothing"
  std::string route_server = "nothing";  // the same
  std::string member = "nothing";        // another member
  std::string kernel = "nothing";        // the next hop
  std::string session = "established";   // or "closed"
  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

[[nodiscard]] Outcome refused(const std::string& reasons);  // "10 100"
[[nodiscard]] Outcome absent();  // treated as withdrawn before any filter saw it
[[nodiscard]] Outcome announced(const Attacker& by, unsigned times = 1);

// What is known now about the prefix; `protocol` is the beginning of the attacker's name in BIRD.
[[nodiscard]] Outcome outcome(Exchange& exchange, const std::string& protocol,
                              const Ipv6Prefix& prefix);

// An attacker with an established session.
class Attack {
 public:
  // The session opens as `how` says; its ASN comes by itself.
  explicit Attack(Exchange& exchange, testing_support::bgp::Open how = {});
  [[nodiscard]] const Attacker& who() const { return who_; }
  [[nodiscard]] testing_support::bgp::Speaker& speaker() { return speaker_; }

  // Sends the bytes, lets the router read them, and looks for the prefix everywhere.
  [[nodiscard]] Outcome outcome_of(std::string_view bytes, const Ipv6Prefix& prefix);
  // The same about its own leased prefix, announced with this path and these further attributes.
  [[nodiscard]] Outcome outcome_of_path(const testing_support::bgp::Asns& asns,
                                        std::string_view more = {});

 private:
  void wait_until_read();
  Exchange& exchange_;
  Attacker who_;
  testing_support::bgp::Speaker speaker_;
  unsigned markers_ = 0;
};

}  // namespace peerlab::attack
