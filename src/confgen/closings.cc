#include "confgen/closings.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/reason.h"

namespace peerlab::confgen {

using std::chrono::minutes;

const OffenceEntry& describe(Offence offence) {
  static const policy::ReasonEntry& leak = policy::describe(policy::Reason::TooManyPrefixes);
  static const std::array<OffenceEntry, kOffences.size()> entries{
      OffenceEntry{"stuck-reader", "Your router keeps the session alive and reads nothing of it.",
                   "See whether your BGP daemon hangs, and restart it; the session comes back by "
                   "itself.",
                   std::nullopt},
      OffenceEntry{leak.slug, leak.sentence, leak.advice, policy::number_of(leak.reason)}};
  return entries.at(index_of(offence));
}

std::string communication(const Closing& closing) {
  const std::string_view what = closing.offence == Offence::StuckReader
                                    ? "your router reads nothing of this session"
                                    : "you sent more than 16 routes: your export filter leaks";
  return fmt::format(
      "PeerLab: {}; {}", what,
      closing.held() ? "closed until " + rfc3339(closing.until) : "it may come back at once");
}

namespace {

std::chrono::seconds length(unsigned times) {
  if (times < 2) return std::chrono::seconds{0};
  constexpr unsigned kLongest = 6;  // 2^6 is above an hour
  return std::min(minutes{1U << std::min(times - 2, kLongest)}, minutes{60});
}

}  // namespace

Closing Closings::close(Closing closing, Instant at_least) {
  const Closing* const before = of(closing.neighbour);
  closing.times = before == nullptr ? 1 : before->times + 1;
  closing.until = std::max(closing.since + length(closing.times), at_least);
  std::erase_if(list_, [&](const Closing& old) { return old.neighbour == closing.neighbour; });
  list_.push_back(closing);
  ++totals_.at(index_of(closing.offence));
  return closing;
}

void Closings::forget(Instant now) {
  for (Closing& closing : list_) {
    closing.since = std::min(closing.since, now);
    closing.until = std::min(closing.until, now + kLongest);
  }
  std::erase_if(list_, [&](const Closing& old) { return now - old.until > kForgotten; });
}

const Closing* Closings::of(const Ipv4& neighbour) const {
  const auto found = std::ranges::find(list_, neighbour, &Closing::neighbour);
  return found == list_.end() ? nullptr : &*found;
}

OffenceCounts Closings::in_force(Instant now) const {
  OffenceCounts counts{};
  for (const Closing& closing : list_) {
    if (closing.in_force(now)) ++counts.at(index_of(closing.offence));
  }
  return counts;
}

}  // namespace peerlab::confgen
