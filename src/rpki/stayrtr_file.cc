#include "rpki/stayrtr_file.h"

#include <fmt/format.h>

#include "base/file.h"

namespace peerlab::rpki {

std::string stayrtr_document(const std::vector<Roa>& roas, Instant now) {
  std::string lines;
  for (const Roa& roa : roas) {
    lines += fmt::format(
        "{}\n{{\"prefix\":\"{}\",\"maxLength\":48,\"asn\":\"AS{}\",\"ta\":\"peerlab\","
        "\"expires\":{}}}",
        lines.empty() ? "" : ",", roa.prefix.text(), roa.origin.text(),
        roa.until.time_since_epoch().count());
  }
  return fmt::format("{{\"metadata\":{{\"buildtime\":\"{}\"}},\"roas\":[{}\n]}}\n", rfc3339(now),
                     lines);
}

Result<void> StayrtrFile::publish(const std::vector<Roa>& roas, Instant now) {
  return write_file(file_, stayrtr_document(roas, now));
}

}  // namespace peerlab::rpki
