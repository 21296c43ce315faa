// What the walk measured, on which machine (a number without them is not written down).
#pragma once

#include <string>

#include "base/clock.h"
#include "lab/record.h"
#include "lab/scene.h"

namespace peerlab::lab {

// {"machine":…,"date":…,"lab":{members,table},"seconds":{…},"resident_kib":{role:…}}
[[nodiscard]] std::string figures_json(const Scene& scene, const Record& record);

}  // namespace peerlab::lab
