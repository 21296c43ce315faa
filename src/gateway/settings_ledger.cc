#include "gateway/settings_ledger.h"

#include "base/text.h"

namespace peerlab::gateway {
namespace {

namespace fs = std::filesystem;

// The URL may hold a password: no error repeats it.
bool is_postgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

fs::path read_database(SettingsReader& reader) {
  if (reader.find("database-url") == nullptr || is_postgres(reader.text("database-url"))) {
    return fs::path{reader.text("state-directory")} / "peerlab.db";
  }
  const std::string url = reader.text("database-url");
  const auto [scheme, path] = split_once(url, ':');
  if (scheme != "sqlite" || path.empty() || path.starts_with("//")) {
    reader.refuse("database-url",
                  "write sqlite:PATH, such as sqlite:/var/lib/peerlab/peerlab.db, or "
                  "postgresql://USER@HOST/NAME");
  }
  return path;
}

}  // namespace

LedgerPlace read_ledger_place(SettingsReader& reader) {
  const fs::path file = read_database(reader);
  const auto connections = reader.number("database-connections", 1, 100);
  const std::string url = reader.text("database-url");
  return {file, file.parent_path() / "seal.key", Secret{is_postgres(url) ? url : ""},
          connections.value_or(1)};
}

}  // namespace peerlab::gateway
