// The platform itself, brought up part by part: identity provider, gateway, world, IXP servers,
// members' machines.  Each returns when its part answers, with a few words on what stands.
#pragma once

#include <string>

#include "lab/member_machine.h"
#include "lab/overlay_seam.h"
#include "lab/plan.h"
#include "lab/processes.h"

namespace peerlab::lab {

inline constexpr std::string_view kGateway = "gateway";  // its role among the processes

// Folders, keys and configurations in the lab's directory.
[[nodiscard]] Result<void> write_files(const Plan& plan);

// These start what takes a moment; the next ones wait for it.
[[nodiscard]] Result<void> start_identity(const Plan& plan, const Processes& processes);
[[nodiscard]] Result<void> start_gateway(const Plan& plan, const Processes& processes);
[[nodiscard]] Result<void> start_world(const Plan& plan, const Processes& processes);

[[nodiscard]] Result<std::string> identity_ready();
[[nodiscard]] Result<std::string> gateway_ready();
[[nodiscard]] Result<std::string> start_ixp(const Plan& plan, const IxpSite& site,
                                            const Processes& processes, const Overlay& overlay);
[[nodiscard]] Result<std::string> upstream_ready(const Plan& plan, const IxpSite& site);

// Signs the member in, asks for the ASN, and waits for a receive-only session at each site.
[[nodiscard]] Result<std::string> join(const MemberMachine& machine, const Plan& plan);

[[nodiscard]] std::filesystem::path folder_of(const Plan& plan, std::string_view place);
[[nodiscard]] Router router_at(const Plan& plan, std::string_view place);  // no member's

// All that this IXP server configures for this node, live or not.
[[nodiscard]] Result<std::vector<SeenSession>> sessions_with(const Router& ixp,
                                                             const OverlayNode& node);
// The live session of this node at that IXP server, whatever the form calls it; NotFound where
// there is none.
[[nodiscard]] Result<SeenSession> established_session(const Router& ixp, const OverlayNode& node);

}  // namespace peerlab::lab
