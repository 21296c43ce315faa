#pragma once

#include <cstddef>

namespace peerlab::gateway {

// Raises this process's soft limit of open files (RLIMIT_NOFILE) so far that so many connections
// fit beside its own files.  Where the hard limit forbids it, takes what there is and warns.
void allow_descriptors_for(std::size_t connections);

}  // namespace peerlab::gateway
