// BIRD 2.0's spelling of policy and site.  Types reach the printer, never text: a stranger's text
// has no way in.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "domain/email_label.h"
#include "domain/mapping.h"
#include "policy/policy.h"
#include "policy/server.h"

namespace peerlab::bird {

// The two spellings of one policy (POLICY.md 1): rows of sessions and leases, or one function that
// a classic dynamic protocol calls.
enum class Form { Sessions, Function };

// How members are named beside their hash.  Who is not in it is named by the hash.
using Labels = std::map<UserHash, EmailLabel>;
// An e-mail that is no strict label leaves no trace.
[[nodiscard]] Labels email_labels(std::span<const Mapping> mappings);

// peerlab_generated.conf in the `sessions` form: rows only, sorted, no clock (POLICY.md 1.2).
[[nodiscard]] std::string render_sessions(const policy::Policy& policy, const Labels& labels = {});

// peerlab_generated.conf in the `function` form: needs nothing from what includes it, and gives it
// enforce_user_policy(ip remote_ip), which never returns.  Reasons are tagged with the server's AS,
// 0 where it is unknown; every /48 is in an unknown pool.  The shadow rows stand in tables of their
// own, which only deploy/ixp/function joins to the others.
[[nodiscard]] std::string render_function(const policy::Policy& policy,
                                          const policy::Server& server, const Labels& labels = {});

// peerlab_site.conf: this site's values.
[[nodiscard]] std::string render_site(const policy::Site& site);

// bird.conf: router id, upstreams, route servers, static RPKI rows, kernel; includes the fixed
// part.  Siblings in the sessions form only: the other has no lease rows to believe them by.
[[nodiscard]] std::string render_server(const policy::Site& site, Form form = Form::Sessions);

// peerlab.conf, the fixed part, as it stands in deploy/ixp (embedded when the program is built).
[[nodiscard]] std::string_view fixed_part();
// peerlab_function.conf of deploy/ixp/function, which the function form has beside it.
[[nodiscard]] std::string_view function_part();
// decision.conf of deploy/ixp/function, a part of every file in the function form.
[[nodiscard]] std::string_view function_decision();

}  // namespace peerlab::bird
