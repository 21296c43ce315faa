#include "gateway/holdings_feed.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"

namespace peerlab::gateway {
namespace {

// A token that ran out is noticed within that, and before anything is told.
constexpr std::chrono::seconds kBetweenAdmissions{2};
// A browser connects anew after that (the HTML standard, 9.2).
constexpr std::string_view kRetry = "retry: 3000\n";

}  // namespace

HoldingsFeed::HoldingsFeed(News& news, const Ledger& ledger, const Clock& clock,
                           std::size_t streams_most)
    : news_{news}, ledger_{ledger}, clock_{clock}, streams_most_{streams_most} {
  news_.follow(*this);
}

HoldingsFeed::~HoldingsFeed() { news_.forget(*this); }

Result<HoldingsFeed::Ticket> HoldingsFeed::reserve(const std::string& member) {
  const std::lock_guard lock{mutex_};
  if (places_.size() >= streams_most_) {
    return fail(ErrorKind::Exhausted, "all streams of this gateway are taken: ask again later");
  }
  const auto is_of_member = [&](const auto& place) { return place.second.member == member; };
  if (std::ranges::count_if(places_, is_of_member) >=
      static_cast<std::ptrdiff_t>(kOfOneMemberMost)) {
    return fail(ErrorKind::QuotaReached,
                fmt::format("you have {} streams open: close one", kOfOneMemberMost));
  }
  places_.emplace(++tickets_, Place{member, nullptr});
  return tickets_;
}

void HoldingsFeed::open(Ticket ticket, std::shared_ptr<http::EventStream> client,
                        Programme programme) {
  client->send(kRetry);
  auto stream = std::make_shared<Stream>(
      Stream{std::move(client), std::move(programme), std::nullopt, Instant{}, "", Steady::now()});
  if (const Result<std::uint64_t> version = news_.version()) {
    tell(*stream, *version, clock_.now());
  }
  {
    const std::lock_guard lock{mutex_};
    const auto place = places_.find(ticket);
    if (place != places_.end() && !stopped_) {
      place->second.stream = std::move(stream);
      return;
    }
  }
  stream->client->end();
}

void HoldingsFeed::give_back(Ticket ticket) {
  const std::lock_guard lock{mutex_};
  places_.erase(ticket);
}

std::size_t HoldingsFeed::streams() const {
  const std::lock_guard lock{mutex_};
  return places_.size();
}

bool HoldingsFeed::waits() const { return streams() > 0; }

// The version stays unknown where it was not told, so that the next look tells it.
void HoldingsFeed::tell(Stream& stream, std::uint64_t version, Instant now) const {
  const Result<std::string> holdings = stream.programme.holdings(now);
  stream.version = holdings ? std::optional{version} : std::nullopt;
  stream.told = now;
  if (!holdings) return;
  std::string id = sha256_hex(*holdings).substr(0, 16);
  if (id == stream.id) return;
  stream.client->send(http::event_text("holdings", id, *holdings));
  stream.id = std::move(id);
}

std::optional<Instant> HoldingsFeed::look(const Result<std::uint64_t>& version, Instant now) {
  std::vector<std::shared_ptr<Stream>> streams;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [ticket, place] : places_) {
      if (place.stream) streams.push_back(place.stream);
    }
  }
  const bool change_is_due = next_change_ && *next_change_ <= now;
  for (const auto& stream : streams) {
    const bool news =
        version && (stream->version != *version || (change_is_due && stream->told < *next_change_));
    if (news || Steady::now() - stream->admitted >= kBetweenAdmissions) {
      stream->admitted = Steady::now();
      if (!stream->programme.goes_on(now)) {
        stream->client->end();
        continue;
      }
    }
    if (news) tell(*stream, *version, now);
  }
  if (!version) return std::nullopt;
  if (version_ != *version || change_is_due) {
    const auto next = ledger_.next_change_after(now);
    version_ = next ? std::optional{*version} : std::nullopt;
    next_change_ = next ? *next : std::nullopt;
  }
  return next_change_;
}

void HoldingsFeed::no_more_news() {
  const std::lock_guard lock{mutex_};
  stopped_ = true;
  for (const auto& [ticket, place] : places_) {
    if (place.stream) place.stream->client->end();
  }
}

}  // namespace peerlab::gateway
