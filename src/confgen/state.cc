#include "confgen/state.h"

#include <boost/json.hpp>

#include "base/file.h"
#include "base/json.h"

namespace peerlab::confgen {

namespace json = boost::json;

State load_state(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file, 65536);
  const Result<json::value> document = text ? parse_json(*text) : fail(text.error());
  if (!document || !document->is_object()) return {};
  const json::object& object = document->get_object();
  return {text_member(object, "accepted"), text_member(object, "held"),
          text_member(object, "told")};
}

Result<void> store_state(const std::filesystem::path& file, const State& state) {
  json::object object;
  if (state.accepted) object["accepted"] = *state.accepted;
  if (state.held) object["held"] = *state.held;
  if (state.told) object["told"] = *state.told;
  return write_file(file, json::serialize(object), 0600);
}

}  // namespace peerlab::confgen
