#include "ledger/memory/memory_books.h"

#include <algorithm>

namespace peerlab::memory {

Member* Books::find(const UserHash& user) {
  const auto found = members.find(user);
  return found == members.end() ? nullptr : &found->second;
}

const Member* Books::find(const UserHash& user) const {
  const auto found = members.find(user);
  return found == members.end() ? nullptr : &found->second;
}

std::vector<Lease> Books::in_force(const UserHash& holder, Instant now) const {
  std::vector<Lease> active;
  for (const Lease& lease : leases) {
    if (lease.holder == holder && lease.active(now)) active.push_back(lease);
  }
  std::sort(active.begin(), active.end(),
            [](const Lease& a, const Lease& b) { return a.prefix < b.prefix; });
  return active;
}

Lease* Books::lease_in_force(const Prefix48& prefix, Instant now) {
  const auto found = std::find_if(leases.begin(), leases.end(), [&](const Lease& lease) {
    return lease.prefix == prefix && lease.active(now);
  });
  return found == leases.end() ? nullptr : &*found;
}

Lease Books::close(Lease& lease, Instant now) {
  used.insert_or_assign(lease.prefix, allocation::UsedPrefix{lease.prefix, now, lease.holder});
  ++version;
  Lease closed = lease;
  const Result<LeaseWindow> shortened = LeaseWindow::make(lease.window.begin(), now);
  if (shortened) {
    closed.window = *shortened;
    lease = closed;
  } else {
    leases.erase(leases.begin() + (&lease - leases.data()));
  }
  return closed;
}

void Books::tell(EventKind kind, const Member& member, Instant at, const std::string& actor,
                 const Lease* lease, std::string note) {
  Event event{events.size() + 1, at, kind, member.number, actor};
  if (kind == EventKind::AsnAssigned) event.asn = member.assignment.asn;
  if (lease != nullptr) {
    event.prefix = lease->prefix;
    event.window = lease->window;
  }
  event.note = std::move(note);
  events.push_back(std::move(event));
}

}  // namespace peerlab::memory
