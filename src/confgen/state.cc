#include "confgen/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"

namespace peerlab::confgen {

namespace json = boost::json;

std::filesystem::path state_file(const std::filesystem::path& state_directory) {
  return state_directory / "state.json";
}

Result<State> load_state(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file, 65536);
  if (!text && text.error().kind == ErrorKind::NotFound) return State{};
  if (!text) return fail(text.error());
  const Result<json::value> document = parse_json(*text);
  if (!document || !document->is_object()) {
    return fail(ErrorKind::Malformed, fmt::format("{} is no state of a run", file.string()));
  }
  const json::object& object = document->get_object();
  State state{text_member(object, "accepted"), text_member(object, "held"),
              text_member(object, "told"), text_member(object, "applying")};
  state.generation = integer_member(object, "generation").value_or(0);
  const auto accepted_at = text_member(object, "accepted_at");
  const Result<Instant> at = accepted_at ? parse_rfc3339(*accepted_at) : fail(Error{});
  if (at) state.accepted_at = *at;
  const json::value* const applies = object.if_contains("applies");
  if (applies == nullptr || !applies->is_object()) return state;
  for (std::size_t i = 0; i < kApplyResults.size(); ++i) {
    const std::int64_t count = integer_member(applies->get_object(), kApplyResults[i]).value_or(0);
    state.applies[i] = static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
  }
  return state;
}

Result<void> store_state(const std::filesystem::path& file, const State& state) {
  if (load_state(file) == state) return {};
  json::object applies;
  for (std::size_t i = 0; i < kApplyResults.size(); ++i) {
    applies[kApplyResults[i]] = state.applies[i];
  }
  json::object object{{"generation", state.generation}, {"applies", std::move(applies)}};
  if (state.accepted) object["accepted"] = *state.accepted;
  if (state.accepted_at) object["accepted_at"] = rfc3339(*state.accepted_at);
  if (state.held) object["held"] = *state.held;
  if (state.told) object["told"] = *state.told;
  if (state.applying) object["applying"] = *state.applying;
  return write_file(file, json::serialize(object), 0600);
}

}  // namespace peerlab::confgen
