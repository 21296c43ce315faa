#include "lab/router.h"

#include <fmt/format.h>

#include "base/text.h"
#include "bird/control_socket.h"

namespace peerlab::lab {
namespace {

// "…unreachable [world 2026-11-24 16:20:11] * (200) [AS559i]": who and when stand in the brackets.
SeenRoute head_of(std::string_view line) {
  SeenRoute route;
  const std::size_t open = line.find('['), shut = line.find(']', open);
  if (open == std::string_view::npos || shut == std::string_view::npos) return route;
  const auto [protocol, rest] = split_once(line.substr(open + 1, shut - open - 1), ' ');
  route.protocol = std::string{protocol};
  const std::size_t from = rest.find(" from ");
  route.since = std::string{rest.substr(0, from)};
  return route;
}

// "(64500, 1101, 100) (64500, 0, 1)"
std::vector<LargeCommunity> communities_of(std::string_view text) {
  std::vector<LargeCommunity> communities;
  for (const std::string_view part : split(text, ')')) {
    const std::vector<std::string_view> numbers = split(trim(part), ',');
    if (numbers.size() != 3) continue;
    const auto number = [&](std::size_t i) {
      std::string_view digits = trim(numbers[i]);
      if (digits.starts_with('(')) digits.remove_prefix(1);
      return parse_decimal<std::uint32_t>(digits).value_or(0);
    };
    communities.push_back({number(0), number(1), number(2)});
  }
  return communities;
}

void add_attribute(SeenRoute& route, std::string_view line) {
  const auto [name, value] = split_once(trim(line), ':');
  if (name == "BGP.as_path") {
    for (const std::string_view word : words_of(value)) {
      route.path.push_back(parse_decimal<std::uint32_t>(word).value_or(0));
    }
  } else if (name == "BGP.origin") {
    route.origin = std::string{trim(value)};
  } else if (name == "BGP.next_hop") {
    route.next_hop = std::string{trim(value)};
  } else if (name == "BGP.large_community") {
    route.communities = communities_of(value);
  }
}

}  // namespace

std::vector<SeenRoute> read_routes(std::string_view answer) {
  std::vector<SeenRoute> routes;
  for (const std::string_view line : split(answer, '\n')) {
    const bool attribute = line.starts_with('\t') || trim(line).starts_with("BGP.");
    if (!attribute && line.find('[') != std::string_view::npos) {
      routes.push_back(head_of(line));
    } else if (!routes.empty()) {
      add_attribute(routes.back(), line);
    }
  }
  return routes;
}

std::vector<SeenSession> read_sessions(std::string_view answer) {
  std::vector<SeenSession> sessions;
  for (const std::string_view line : split(answer, '\n')) {
    const std::vector<std::string_view> words = words_of(line);
    const bool head =
        !words.empty() && !line.starts_with(' ') && words.size() > 5 && words[1] == "BGP";
    if (head) {
      sessions.push_back({std::string{words[0]}, words.size() > 6 ? std::string{words[6]} : "",
                          fmt::format("{} {}", words[4], words[5]), "", ""});
    } else if (sessions.empty() || words.empty()) {
      continue;
    } else if (const auto [name, value] = split_once(trim(line), ':'); name == "Routes") {
      sessions.back().imported = parse_decimal<std::uint64_t>(words_of(value).at(0)).value_or(0);
    } else if (name == "Last error") {
      sessions.back().last_error = std::string{trim(value)};
    } else if (name == "Neighbor address") {
      sessions.back().neighbour = std::string{trim(value)};
    } else if (name == "BGP state") {
      sessions.back().state = std::string{trim(value)};
    }
  }
  return sessions;
}

bool Router::answers() const { return bird::ControlSocket::connect(socket_).has_value(); }

Result<std::string> Router::ask(const std::string& command) const {
  Result<bird::ControlSocket> socket = bird::ControlSocket::connect(socket_);
  if (!socket) return fail(socket.error());
  const Result<bird::Reply> reply = socket->command(command);
  if (!reply) return fail(reply.error());
  constexpr int kNoSuchNetwork = 8001;
  if (!reply->ok() && reply->lines.back().code != kNoSuchNetwork) {
    return fail(ErrorKind::Unprocessable,
                fmt::format("BIRD answers \"{}\" with: {}", command, reply->text()));
  }
  return reply->text();
}

Result<std::vector<SeenRoute>> Router::routes(std::string_view prefix) const {
  return ask(fmt::format("show route {} all table master6", prefix)).map(read_routes);
}

Result<std::vector<SeenRoute>> Router::refused(std::string_view prefix) const {
  return ask(fmt::format("show route {} all filtered table master6", prefix)).map(read_routes);
}

Result<std::vector<SeenSession>> Router::sessions(std::string_view beginning) const {
  return ask(fmt::format("show protocols all \"{}*\"", beginning)).map(read_sessions);
}

Result<void> Router::reconfigure() const {
  const Result<std::string> answer = ask("configure");
  return answer ? Result<void>{} : Result<void>{fail(answer.error())};
}

}  // namespace peerlab::lab
