#include "gateway/settings_ledger.h"

#include "base/text.h"
#include "gateway/settings_secret.h"

namespace peerlab::gateway {
namespace {

namespace fs = std::filesystem;

// The URL may hold a password: no error repeats it.
bool is_postgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

// Which of the two settings says the URL.
std::string_view said_by(SettingsReader& reader) {
  return reader.either("database-url-file", "database-url").value_or("database-url");
}

fs::path read_database(SettingsReader& reader, const std::string& url) {
  const bool said =
      reader.find("database-url") != nullptr || reader.find("database-url-file") != nullptr;
  if (!said || is_postgres(url)) {
    return fs::path{reader.text("state-directory")} / "peerlab.db";
  }
  const auto [scheme, path] = split_once(url, ':');
  if (scheme != "sqlite" || path.empty() || path.starts_with("//")) {
    reader.refuse(said_by(reader),
                  "write sqlite:PATH, such as sqlite:/var/lib/peerlab/peerlab.db, or "
                  "postgresql://USER@HOST/NAME");
  }
  return path;
}

}  // namespace

LedgerPlace read_ledger_place(SettingsReader& reader) {
  Secret url = read_secret(reader, "database-url", "database-url-file");
  const fs::path file = read_database(reader, url.reveal());
  if (!is_postgres(url.reveal())) url = Secret{""};
  const auto connections = reader.number("database-connections", 1, 100);
  const bool kept = reader.find("seal-key-file") != nullptr;
  const fs::path seal_key =
      kept ? fs::path{reader.text("seal-key-file")} : file.parent_path() / "seal.key";
  return {file, seal_key, kept, std::move(url), connections.value_or(1)};
}

}  // namespace peerlab::gateway
