#include "bird/render.h"

namespace peerlab::embedded {
extern const std::string_view fixed_part;
extern const std::string_view function_part;
extern const std::string_view function_decision;
}  // namespace peerlab::embedded

namespace peerlab::bird {

std::string_view fixed_part() { return embedded::fixed_part; }
std::string_view function_part() { return embedded::function_part; }
std::string_view function_decision() { return embedded::function_decision; }

}  // namespace peerlab::bird
