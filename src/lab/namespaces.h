// Network namespaces and the wires between them, made by ip(8).  The root namespace gets nothing.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/plan.h"

namespace peerlab::lab {

// Makes every namespace of the plan with its loopback, forwarding and no duplicate-address wait,
// the underlay bridge, and the links of the IXP servers and the host on the Internet.  Conflict
// where one exists already.
[[nodiscard]] Result<void> raise_namespaces(const Plan& plan);

// The lab's namespaces that exist, whoever made them.
[[nodiscard]] std::vector<std::string> standing_namespaces();

// Ends every process in them (first asked, then killed) and removes them.
[[nodiscard]] Result<void> remove_namespaces(const std::vector<std::string>& names);

// One wire into a bridge of the wires' namespace.
struct Wire {
  std::string place;
  std::string device;  // as the place sees it
  std::string bridge;
  unsigned port;  // numbers the bridge's end
};
[[nodiscard]] std::string wire_lines(const Wire& wire);  // for `ip -batch`

// Runs `ip -batch` over the lines, in a place or, for the empty place, in the root namespace.
[[nodiscard]] Result<void> ip_batch(std::string_view place, const std::string& lines);

// Does `work` on a thread that stands in the place: the sockets it opens belong there.
[[nodiscard]] Result<void> stand_in(std::string_view place,
                                    const std::function<Result<void>()>& work);

}  // namespace peerlab::lab
