#pragma once

#include "gateway/admission.h"
#include "gateway/settings_reader.h"

namespace peerlab::gateway {

// From the trusted-proxy, proxy-field, allowed-origin and rate-per- settings.
[[nodiscard]] AdmissionRules read_admission(SettingsReader& reader);

}  // namespace peerlab::gateway
