// The announcement that `explain` is asked about, as it stands on the command line.
#pragma once

#include <string>
#include <vector>

#include "domain/address.h"
#include "domain/route.h"

namespace CLI {
class App;
}

namespace peerlab::confgen {

struct SpelledAnnouncement {
  std::string neighbour, prefix, path;
  std::vector<std::string> communities;
};

struct Announcement {
  Ipv4 neighbour;
  Route route;
};

void add_announcement(CLI::App& app, SpelledAnnouncement& spelled);

// Refuses with the option's name and what would be right.
[[nodiscard]] Result<Announcement> read_announcement(const SpelledAnnouncement& spelled);

}  // namespace peerlab::confgen
