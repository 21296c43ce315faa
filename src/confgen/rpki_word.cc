#include "confgen/rpki_word.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"
#include "bird/control_socket.h"

namespace peerlab::confgen {

std::optional<bool> is_rpki_invalid(const std::filesystem::path& bird_socket,
                                    const Ipv6Prefix& prefix, const policy::Site& site) {
  auto bird = bird::ControlSocket::connect(bird_socket, std::chrono::seconds{5});
  if (!bird) return std::nullopt;
  const auto reply = bird->command(
      fmt::format("eval roa_check(rpki6, {}, {}) = ROA_INVALID", prefix.text(), site.asn.number()));
  if (!reply || !reply->ok()) return std::nullopt;
  const std::string text = reply->text();
  const std::string_view said = trim(text);
  if (said != "TRUE" && said != "FALSE") return std::nullopt;
  return said == "TRUE";
}

}  // namespace peerlab::confgen
