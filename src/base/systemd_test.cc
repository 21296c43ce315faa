#include "base/systemd.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <stdexcept>

namespace peerlab {
namespace {

// What systemd would hear on a socket of this name; '@' stands for the NUL of an abstract one.
class Listener {
 public:
  explicit Listener(std::string name) : name_{std::move(name)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name_.begin(), name_.end(), address.sun_path);
    if (name_[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0) {
      throw std::runtime_error("cannot bind " + name_);
    }
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() {
    ::close(socket_);
    if (name_[0] != '@') ::unlink(name_.c_str());
  }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string next() const {
    std::array<char, 256> bytes{};
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return got > 0 ? std::string{bytes.data(), static_cast<std::size_t>(got)} : "";
  }

 private:
  std::string name_;
  int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST(Systemd, HearsWhatItIsToldOnAFileAndOnAnAbstractSocket) {
  const std::string unique = "peerlab-notify-" + std::to_string(::getpid());
  for (const std::string& name :
       {(std::filesystem::temp_directory_path() / unique).string(), "@" + unique}) {
    const Listener systemd{name};
    const Systemd told{systemd.name()};
    told.tell("READY=1");
    told.tell("STATUS=1 session\nWATCHDOG=1");
    EXPECT_EQ(systemd.next(), "READY=1") << name;
    EXPECT_EQ(systemd.next(), "STATUS=1 session\nWATCHDOG=1") << name;
  }
}

TEST(Systemd, IsNotMissed) {
  Systemd{""}.tell("READY=1");
  Systemd{"/nowhere/at/all"}.tell("READY=1");
  Systemd{std::string(200, 'x')}.tell("READY=1");
}

}  // namespace
}  // namespace peerlab
