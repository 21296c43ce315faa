// ROAs as the JSON that stayrtr and other RTR servers read: `stayrtr -cache FILE -refresh 1`.
#pragma once

#include <filesystem>
#include <string>

#include "rpki/roa_publisher.h"

namespace peerlab::rpki {

// {"metadata":{"buildtime":…},"roas":[{"prefix","maxLength","asn","ta","expires"}]}, one ROA a
// line. stayrtr forgets a ROA at its `expires` by itself, and refuses a file older than a day
// (-checktime).
[[nodiscard]] std::string stayrtr_document(const std::vector<Roa>& roas, Instant now);

// Several gateways may write one file, since what they write is the same truth, or each its own.
class StayrtrFile final : public RoaPublisher {
 public:
  explicit StayrtrFile(std::filesystem::path file) : file_{std::move(file)} {}
  Result<void> publish(const std::vector<Roa>& roas, Instant now) override;

 private:
  std::filesystem::path file_;
};

}  // namespace peerlab::rpki
