#include "gateway/settings_secret.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

namespace peerlab::gateway {
namespace {

constexpr std::size_t kFileMost = 4096;

}  // namespace

Secret read_secret(SettingsReader& reader, std::string_view name, std::string_view name_of_file) {
  const auto said = reader.either(name_of_file, name);
  if (!said) return Secret{""};
  if (*said == name) return Secret{reader.text(name)};
  const std::string file = reader.text(name_of_file);
  const Result<std::string> text = read_file(file, kFileMost);
  struct stat status {};
  if (!text) {
    reader.refuse(name_of_file, text.error().detail);
  } else if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 0007U) != 0) {
    reader.refuse(name_of_file, fmt::format("{} may be read by everybody: chmod 640 it", file));
  } else if (trim(*text).empty() || trim(*text).find('\n') != std::string_view::npos) {
    reader.refuse(name_of_file, fmt::format("{} must hold one line, the secret", file));
  } else {
    return Secret{std::string{trim(*text)}};
  }
  return Secret{""};
}

}  // namespace peerlab::gateway
