#include "ledger/postgres/statement.h"

namespace peerlab::postgres {

Values& Values::add(std::int64_t value) { return add(std::string_view{std::to_string(value)}); }

Values& Values::add(std::string_view text) {
  values_.emplace_back(text);
  formats_.push_back(0);
  return *this;
}

Values& Values::add_bytes(std::string_view bytes) {
  values_.emplace_back(bytes);
  formats_.push_back(1);
  return *this;
}

Values& Values::add_null() {
  values_.emplace_back(std::nullopt);
  formats_.push_back(0);
  return *this;
}

}  // namespace peerlab::postgres
