#include "identity/key_set.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json.h"

namespace peerlab::identity {

Result<KeySet> KeySet::parse(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return fail(ErrorKind::Unavailable, parsed.error().detail);
  const auto* const object = parsed->if_object();
  const auto* const keys = object == nullptr ? nullptr : object->if_contains("keys");
  if (keys == nullptr || !keys->is_array()) {
    return fail(ErrorKind::Unavailable, "this is no key set: it has no array 'keys'");
  }
  KeySet set;
  for (const boost::json::value& jwk : keys->get_array()) {
    if (auto key = VerificationKey::parse(jwk)) set.keys_.push_back(std::move(key));
  }
  if (set.empty()) return fail(ErrorKind::Unavailable, "no key in the set can check a signature");
  return set;
}

KeySet::Choice KeySet::choose(std::string_view key_id, const Algorithm& algorithm) const {
  std::vector<std::shared_ptr<const VerificationKey>> meant;
  std::ranges::copy_if(keys_, std::back_inserter(meant), [&](const auto& key) {
    return key_id.empty() ? key->type() == algorithm.type : key->id() == key_id;
  });
  if (meant.empty()) return {Match::Unknown, nullptr};
  if (key_id.empty() && meant.size() > 1) return {Match::Unfit, nullptr};
  const auto fit =
      std::ranges::find_if(meant, [&](const auto& key) { return key->fits(algorithm); });
  return fit == meant.end() ? Choice{Match::Unfit, nullptr} : Choice{Match::Found, *fit};
}

}  // namespace peerlab::identity
