#include "tests/fire/store.h"

#include <cstdlib>
#include <stdexcept>

namespace peerlab::fire {

using testing_support::PostgresServer;

Store::Store(Kind kind) : url_{"sqlite:" + (folder_ / "ledger.db").string()} {
  if (kind == Kind::Sqlite) return;
  server_ = PostgresServer::shared().value();
  const Result<std::string> url = server_->new_database();
  if (!url) throw std::runtime_error{url.error().detail};
  url_ = *url;
}

std::string Store::reason_to_skip(Kind kind) {
  if (kind == Kind::Sqlite) return {};
  const auto server = PostgresServer::shared();
  return server ? std::string{} : server.error().detail;
}

std::string kind_of(const testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::Sqlite ? "Sqlite" : "Postgres";
}

bool long_form() {
  const char* const said = std::getenv("PEERLAB_FIRE");
  return said != nullptr && std::string{said} == "long";
}

}  // namespace peerlab::fire
