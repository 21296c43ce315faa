#include "gateway/request_key.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace peerlab::gateway {
namespace {

constexpr std::string_view kField = "Idempotency-Key";
constexpr std::size_t kLongest = 255;

bool visible(char c) { return c > ' ' && c <= '~'; }

// A string (RFC 9651, 4.2.5); nullopt where it is none.
std::optional<std::string> quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string key;
  bool escaped = false;
  for (const char c : text) {
    const bool special = c == '"' || c == '\\';
    if (escaped ? !special : c == '"') return std::nullopt;
    escaped = !escaped && c == '\\';
    if (escaped) continue;
    if (!visible(c) && c != ' ') return std::nullopt;
    key += c;
  }
  return escaped ? std::nullopt : std::optional{key};
}

std::optional<std::string> bare(std::string_view text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return visible(c) && std::string_view{"\"\\,;"}.find(c) == std::string_view::npos;
  });
  return plain ? std::optional{std::string{text}} : std::nullopt;
}

}  // namespace

tl::expected<std::optional<std::string>, Refused> request_key(const http::Request& request) {
  const std::size_t said = request.headers.count(kField);
  if (said == 0) return std::nullopt;
  const std::string_view text = trim(request.header(kField).value_or(""));
  const auto key = text.starts_with('"') ? quoted(text) : bare(text);
  if (said == 1 && key && !key->empty() && key->size() <= kLongest) return key;
  return refuse(wire::ProblemType::MalformedRequest, "",
                "Idempotency-Key takes one text of 1 to 255 visible characters, such as "
                "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"");
}

tl::expected<KeysInFlight::Held, Refused> KeysInFlight::hold(const UserHash& user,
                                                             const std::string& key) {
  const std::lock_guard lock{mutex_};
  const auto [at, fresh] = keys_.emplace(user, key);
  if (fresh) return Held{*this, at};
  Refusing refusing = refuse(wire::ProblemType::Conflict, "",
                             "another request of this Idempotency-Key is being answered");
  refusing.value().headers.add("Retry-After", "1");
  return refusing;
}

KeysInFlight::Held::~Held() {
  if (all_ == nullptr) return;
  const std::lock_guard lock{all_->mutex_};
  all_->keys_.erase(at_);
}

}  // namespace peerlab::gateway
