#include "bird/shown_protocols.h"

#include "base/text.h"

namespace peerlab::bird {
namespace {

// name, type, table, state, since, info.  Since is a date and a time, or one of them where the
// server has BIRD's own time format.
std::optional<ShownSession> head_of(std::string_view line) {
  if (line.empty() || line.starts_with(' ')) return std::nullopt;
  const std::vector<std::string_view> words = words_of(line);
  if (words.size() < 5 || words[1] != "BGP") return std::nullopt;
  const bool two = words.size() > 5 && '0' <= words[5].front() && words[5].front() <= '9';
  const auto begin = static_cast<std::size_t>(words[4].data() - line.data());
  const std::string_view last = words[two ? 5 : 4];
  const auto end = static_cast<std::size_t>(last.data() - line.data()) + last.size();
  return ShownSession{std::string{words[0]}, std::string{words[3]},
                      std::string{line.substr(begin, end - begin)},
                      std::string{trim(line.substr(end))}};
}

// "2          0          1          0          1"
std::uint64_t column(std::string_view figures, std::size_t number) {
  const std::vector<std::string_view> words = words_of(figures);
  if (words.size() <= number) return 0;
  return parse_decimal<std::uint64_t>(words[number]).value_or(0);
}

// "1 imported, 1 filtered, 0 exported, 1 preferred"
void read_routes(ShownSession& session, std::string_view value) {
  for (const std::string_view part : split(value, ',')) {
    const auto [number, what] = split_once(trim(part), ' ');
    const auto count = parse_decimal<std::uint64_t>(number).value_or(0);
    if (what == "imported") session.imported = count;
    if (what == "filtered") session.filtered = count;
  }
}

// "24.935/30", in seconds
std::optional<ErrorWait> read_error_wait(std::string_view value) {
  const auto milliseconds = [](std::string_view seconds) -> std::optional<std::int64_t> {
    const auto [whole, fraction] = split_once(seconds, '.');
    const auto count = parse_decimal<std::uint32_t>(whole);
    if (!count) return std::nullopt;
    return std::int64_t{*count} * 1000 +
           parse_decimal<std::uint32_t>(fraction.substr(0, 3)).value_or(0);
  };
  const auto [left, whole] = split_once(value, '/');
  const auto first = milliseconds(left), second = milliseconds(whole);
  if (!first || !second) return std::nullopt;
  return ErrorWait{std::chrono::milliseconds{*first}, std::chrono::milliseconds{*second}};
}

void read_line(ShownSession& session, std::string_view name, std::string_view value) {
  constexpr std::size_t kReceived = 0, kFiltered = 2, kIgnored = 3;
  if (name == "Description") {
    session.description = std::string{value};
  } else if (name == "Neighbor address") {
    const Result<Ipv4> address = Ipv4::parse(value);
    if (address) session.neighbour = *address;
  } else if (name == "Neighbor AS") {
    const Result<Asn> asn = Asn::parse(value);
    if (asn) session.neighbour_as = *asn;
  } else if (name == "Message") {
    session.message = std::string{value};
  } else if (name == "Error wait") {
    session.error_wait = read_error_wait(value);
  } else if (name == "Source address") {
    session.source_address = std::string{value};
  } else if (name == "Last error") {
    session.last_error = std::string{value};
  } else if (name == "Routes") {
    read_routes(session, value);
  } else if (name == "Import updates") {
    session.counters.updates_received = column(value, kReceived);
    session.counters.updates_filtered = column(value, kFiltered);
    session.counters.updates_ignored = column(value, kIgnored);
  } else if (name == "Import withdraws") {
    session.counters.withdraws_received = column(value, kReceived);
  }
}

}  // namespace

std::vector<ShownSession> read_sessions(std::string_view answer) {
  std::vector<ShownSession> sessions;
  bool inside = false;  // a protocol of another kind has lines of the same names
  for (const std::string_view line : split(answer, '\n')) {
    if (!line.empty() && !line.starts_with(' ')) {
      std::optional<ShownSession> head = head_of(line);
      inside = head.has_value();
      if (head) sessions.push_back(std::move(*head));
    } else if (inside) {
      const auto [name, value] = split_once(trim(line), ':');
      read_line(sessions.back(), name, trim(value));
    }
  }
  return sessions;
}

}  // namespace peerlab::bird
