#include "ledger/memory/memory_books.h"

#include <algorithm>

#include "ledger/line.h"

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

std::vector<allocation::UsedPrefix> Books::used_in(const PrefixPool& pool) const {
  std::vector<allocation::UsedPrefix> inside;
  for (const auto& [prefix, one] : used) {
    if (pool.contains(prefix)) inside.push_back(one);
  }
  std::ranges::sort(inside, [](const auto& a, const auto& b) {
    return std::tie(a.free_from, a.prefix) < std::tie(b.free_from, b.prefix);
  });
  return inside;
}

std::vector<Waiting> Books::line_of(const PrefixPool& pool, Instant now) const {
  const std::string name = line::name_of(pool);
  std::vector<Waiting> line;
  std::ranges::copy_if(waiting, std::back_inserter(line), [&](const Waiting& one) {
    return one.line == name && one.kept_until > now;
  });
  return line;
}

void Books::leave_all_lines(const UserHash& holder) {
  std::erase_if(waiting, [&](const Waiting& one) { return one.holder == holder; });
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
