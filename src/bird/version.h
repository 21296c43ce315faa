// Which BIRD this is, by its own word, and whether it reads what we write.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace peerlab::bird {

// Takes `bird --version` ("BIRD version 2.0.12") or the first line of `show status` ("BIRD
// 2.0.12"), whatever else is said around it.  Unprocessable, with a sentence to the operator, where
// it is not a BIRD 2: BIRD 1 and 3 do not parse this configuration, or would read it as something
// else.
[[nodiscard]] Result<std::string> supported_version(std::string_view words);

}  // namespace peerlab::bird
