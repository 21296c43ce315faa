#include "gateway/readable_event.h"

namespace peerlab::gateway {

wire::MemberEvent readable(const Event& event) {
  return {event.id,     std::string{name_of(event.kind)},
          event.at,     event.actor != kMemberItself,
          event.asn,    event.prefix,
          event.window, event.note};
}

wire::NamedEvent readable_by_operators(const Event& event) {
  return {readable(event), event.actor};
}

}  // namespace peerlab::gateway
