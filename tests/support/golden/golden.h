// Golden files: rendered text that somebody read and agreed to.
#pragma once

#include <string>
#include <string_view>

namespace peerlab::testing_support {

// The text of tests/golden/NAME, to be compared with `rendered`.  Where they differ, `rendered` is
// left in <build folder>/golden/NAME: read it, and copy it over the golden file if it is right.
[[nodiscard]] std::string golden(const std::string& name, std::string_view rendered);

}  // namespace peerlab::testing_support
