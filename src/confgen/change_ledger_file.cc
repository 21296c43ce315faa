#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "base/file.h"
#include "base/json.h"
#include "confgen/change_ledger.h"

namespace peerlab::confgen {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongest = 64U << 20U;
constexpr std::uint64_t kForgivenMost = 1'000'000;

std::uint64_t count_member(const json::object& object, std::string_view name) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(integer_member(object, name).value_or(0), 0));
}

// As text: Boost.JSON 1.81 reads a number back as one of its neighbours.
double figure_member(const json::object& object, std::string_view name) {
  const std::string text = text_member(object, name).value_or("");
  double figure = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), figure);
  return error == std::errc{} && std::isfinite(figure) ? figure : 0;
}

bool flag_member(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

std::optional<Instant> instant_member(const json::object& object, std::string_view name) {
  const auto text = text_member(object, name);
  const Result<Instant> instant = text ? parse_rfc3339(*text) : fail(Error{});
  return instant ? std::optional{*instant} : std::nullopt;
}

const json::object* object_member(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_object() ? &found->get_object() : nullptr;
}

json::object spelled(const Changes& changes) {
  return {{"announcements", changes.announcements},
          {"withdrawals", changes.withdrawals},
          {"replacements", changes.replacements},
          {"establishments", changes.establishments},
          {"losses", changes.losses},
          {"route_losses", changes.route_losses}};
}

Changes changes_in(const json::object& object) {
  return {count_member(object, "announcements"), count_member(object, "withdrawals"),
          count_member(object, "replacements"),  count_member(object, "establishments"),
          count_member(object, "losses"),        count_member(object, "route_losses")};
}

json::object spelled(const ChangeStanding::Kept& kept) {
  json::object object{{"left", fmt::format("{}", kept.left)},
                      {"penalty", fmt::format("{}", kept.penalty)},
                      {"at", rfc3339(kept.at)},
                      {"times", kept.times},
                      {"times_since", rfc3339(kept.times_since)},
                      {"overspent", kept.overspent},
                      {"total", spelled(kept.total)}};
  if (kept.lost_at) object["lost_at"] = rfc3339(*kept.lost_at);
  if (kept.forgiven > 0) {
    object["forgiven"] = kept.forgiven;
    object["forgiven_since"] = rfc3339(kept.forgiven_since);
  }
  if (const auto& quarantine = kept.quarantine) {
    object["quarantine"] =
        json::object{{"since", rfc3339(quarantine->since)}, {"until", rfc3339(quarantine->until)}};
  }
  return object;
}

std::optional<ChangeStanding::Kept> standing_in(const json::object& object) {
  const auto at = instant_member(object, "at");
  if (!at) return std::nullopt;
  ChangeStanding::Kept kept{figure_member(object, "left"), figure_member(object, "penalty"), *at};
  kept.times = static_cast<unsigned>(std::min<std::uint64_t>(count_member(object, "times"), 64));
  kept.times_since = instant_member(object, "times_since").value_or(*at);
  kept.overspent = flag_member(object, "overspent");
  kept.lost_at = instant_member(object, "lost_at");
  kept.forgiven_since = instant_member(object, "forgiven_since").value_or(Instant{});
  kept.forgiven = static_cast<unsigned>(
      std::min<std::uint64_t>(count_member(object, "forgiven"), kForgivenMost));
  if (const auto* const total = object_member(object, "total")) kept.total = changes_in(*total);
  const auto* const quarantine = object_member(object, "quarantine");
  if (quarantine == nullptr) return kept;
  const auto since = instant_member(*quarantine, "since");
  const auto until = instant_member(*quarantine, "until");
  if (since && until) kept.quarantine = Quarantine{*since, *until};
  return kept;
}

json::object spelled(const SessionSight& sight) {
  return {{"name", sight.name},
          {"since", sight.since},
          {"established", sight.established},
          {"accepted", sight.accepted},
          {"refused", sight.refused},
          {"updates_received", sight.counters.updates_received},
          {"updates_filtered", sight.counters.updates_filtered},
          {"updates_ignored", sight.counters.updates_ignored},
          {"withdraws_received", sight.counters.withdraws_received}};
}

SessionSight sight_in(const json::object& object) {
  SessionSight sight{text_member(object, "name").value_or(""),
                     text_member(object, "since").value_or("")};
  sight.established = flag_member(object, "established");
  sight.accepted = count_member(object, "accepted");
  sight.refused = count_member(object, "refused");
  sight.counters = {
      count_member(object, "updates_received"), count_member(object, "updates_filtered"),
      count_member(object, "updates_ignored"), count_member(object, "withdraws_received")};
  return sight;
}

json::object spelled(const SessionSights& seen) {
  json::object sessions;
  for (const auto& [neighbour, sight] : seen.sessions) sessions[neighbour.text()] = spelled(sight);
  return {{"booted", seen.booted},
          {"configured", seen.configured},
          {"configured_at", rfc3339(seen.configured_at)},
          {"sessions", std::move(sessions)}};
}

std::optional<SessionSights> sights_in(const json::object& object) {
  const auto booted = text_member(object, "booted");
  const auto configured_at = instant_member(object, "configured_at");
  const auto* const sessions = object_member(object, "sessions");
  if (!booted || !configured_at || sessions == nullptr) return std::nullopt;
  SessionSights seen{*booted, text_member(object, "configured").value_or(""), *configured_at, {}};
  for (const auto& [key, value] : *sessions) {
    const Result<Ipv4> neighbour = Ipv4::parse(std::string_view{key.data(), key.size()});
    if (neighbour && value.is_object()) {
      seen.sessions.emplace(*neighbour, sight_in(value.get_object()));
    }
  }
  return seen;
}

}  // namespace

std::filesystem::path change_ledger_file(const std::filesystem::path& state_directory) {
  return state_directory / "changes.json";
}

Result<ChangeLedger> load_change_ledger(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file, kLongest);
  if (!text && text.error().kind == ErrorKind::NotFound) return ChangeLedger{};
  if (!text) return fail(text.error());
  const Result<json::value> document = parse_json(*text);
  const auto* const members = document && document->is_object()
                                  ? object_member(document->get_object(), "members")
                                  : nullptr;
  if (members == nullptr) {
    return fail(ErrorKind::Malformed, fmt::format("{} is no ledger of changes", file.string()));
  }
  ChangeLedger ledger;
  const json::object& object = document->get_object();
  const auto* const seen = object_member(object, "seen");
  if (seen != nullptr) ledger.seen = sights_in(*seen);
  if (const auto* const total = object_member(object, "total")) ledger.total = changes_in(*total);
  ledger.quarantines = count_member(object, "quarantines");
  for (const auto& [key, value] : *members) {
    const Result<UserHash> member = UserHash::parse(std::string_view{key.data(), key.size()});
    const auto kept = value.is_object() ? standing_in(value.get_object()) : std::nullopt;
    if (member && kept) ledger.members.emplace(*member, ChangeStanding{*kept});
  }
  return ledger;
}

Result<void> store_change_ledger(const std::filesystem::path& file, const ChangeLedger& ledger) {
  json::object members;
  for (const auto& [member, standing] : ledger.members) {
    members[member.text()] = spelled(standing.kept());
  }
  json::object object{{"members", std::move(members)},
                      {"total", spelled(ledger.total)},
                      {"quarantines", ledger.quarantines}};
  if (ledger.seen) object["seen"] = spelled(*ledger.seen);
  return write_file(file, json::serialize(object), 0600);
}

}  // namespace peerlab::confgen
