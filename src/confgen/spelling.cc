#include "confgen/spelling.h"

namespace peerlab::confgen {

std::string spelled_policy(const policy::Policy& policy, std::span<const Mapping> mappings,
                           const policy::Server& server, const Spelling& spelling) {
  const bird::Labels labels =
      spelling.naming == Naming::Email ? bird::email_labels(mappings) : bird::Labels{};
  return spelling.form == bird::Form::Sessions ? bird::render_sessions(policy, labels)
                                               : bird::render_function(policy, server, labels);
}

Result<void> can_spell(const policy::Site& site, const Spelling& spelling) {
  if (spelling.form == bird::Form::Sessions || !site.links) return {};
  return fail(ErrorKind::OutOfRange,
              "links = true needs --form sessions: the function form has one next hop for all");
}

}  // namespace peerlab::confgen
