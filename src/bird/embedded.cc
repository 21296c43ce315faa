#include "bird/render.h"

namespace peerlab::embedded {
extern const std::string_view fixed_part;
}  // namespace peerlab::embedded

namespace peerlab::bird {

std::string_view fixed_part() { return embedded::fixed_part; }

}  // namespace peerlab::bird
