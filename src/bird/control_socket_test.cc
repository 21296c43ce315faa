#include "bird/control_socket.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <string_view>
#include <system_error>
#include <thread>

#include "tests/support/random_text.h"
#include "tests/support/temporary_folder.h"

namespace peerlab::bird {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Field;

constexpr std::string_view kGreeting = "0001 BIRD 2.0.12 ready.\n";
constexpr milliseconds kShort{150};

// Answers one connection by a script: bytes for each command, in pieces; no entry: silence;
// kCloses at an answer's end: the connection ends there.
class ScriptedBird {
 public:
  static constexpr char kCloses = '\x04';
  using Answers = std::map<std::string, std::string, std::less<>>;

  explicit ScriptedBird(Answers answers, std::string_view greeting = kGreeting,
                        std::size_t piece = 1U << 16U, milliseconds pause = milliseconds{0})
      : answers_{std::move(answers)},
        greeting_{greeting},
        piece_{piece},
        pause_{pause},
        listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path().native(), std::begin(address.sun_path));
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(listener_, generic, sizeof address) != 0 || ::listen(listener_, 1) != 0) {
      throw std::system_error(errno, std::generic_category(), path());
    }
    server_ = std::thread{[this] { serve(); }};
  }
  ScriptedBird(const ScriptedBird&) = delete;
  ScriptedBird& operator=(const ScriptedBird&) = delete;
  ~ScriptedBird() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    if (const int open = connection_; open >= 0) ::shutdown(open, SHUT_RDWR);
    server_.join();
    ::close(listener_);
    if (connection_ >= 0) ::close(connection_);
  }

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "bird.ctl"; }
  [[nodiscard]] Result<ControlSocket> connected(milliseconds patience = std::chrono::seconds{5}) {
    return ControlSocket::connect(path(), patience);
  }

 private:
  void serve() {
    connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection_ < 0 || !send(greeting_)) return;
    std::string heard;
    for (char letter = 0; ::recv(connection_, &letter, 1, 0) == 1;) {
      if (letter != '\n') {
        heard += letter;
        continue;
      }
      const auto answer = answers_.find(heard);
      heard.clear();
      if (answer != answers_.end() && !send(answer->second)) return;
    }
  }

  // False where the script ends here.
  bool send(std::string_view bytes) {
    const bool closes = bytes.ends_with(kCloses);
    if (closes) bytes.remove_suffix(1);
    for (std::size_t at = 0; at < bytes.size() && !stopping_; at += piece_) {
      const std::string_view part = bytes.substr(at, piece_);
      if (::send(connection_, part.data(), part.size(), MSG_NOSIGNAL) < 0) return false;
      if (pause_.count() > 0) std::this_thread::sleep_for(pause_);
    }
    if (closes) ::shutdown(connection_, SHUT_RDWR);
    return !closes;
  }

  testing_support::TemporaryFolder folder_;
  Answers answers_;
  std::string greeting_;
  std::size_t piece_;
  milliseconds pause_;
  int listener_;
  std::atomic<int> connection_ = -1;
  std::atomic<bool> stopping_ = false;
  std::thread server_;
};

auto line(int code, std::string text) {
  return testing::AllOf(Field(&ReplyLine::code, code), Field(&ReplyLine::text, std::move(text)));
}

constexpr std::string_view kStatus =
    "1000-BIRD 2.0.12\n1011-Router ID is 100.64.0.1\n Hostname is ixpfra01\n \n0013 Daemon is up "
    "and running\n";

TEST(ControlSocket, ReadsLinesContinuationsAndTheEndInPiecesOfAnySize) {
  for (const std::size_t piece : {1UL, 2UL, 7UL, 1UL << 16U}) {
    ScriptedBird server{{{"show status", std::string{kStatus}}}, kGreeting, piece};
    auto socket = server.connected();
    ASSERT_TRUE(socket) << socket.error().cause;
    const auto reply = socket->command("show status");
    ASSERT_TRUE(reply);
    EXPECT_THAT(reply->lines,
                ElementsAre(line(1000, "BIRD 2.0.12"), line(1011, "Router ID is 100.64.0.1"),
                            line(1011, "Hostname is ixpfra01"), line(1011, ""),
                            line(13, "Daemon is up and running")));
    EXPECT_TRUE(reply->ok());
    EXPECT_EQ(
        reply->text(),
        "BIRD 2.0.12\nRouter ID is 100.64.0.1\nHostname is ixpfra01\n\nDaemon is up and running");
  }
}

TEST(ControlSocket, KeepsAnswersApart) {
  ScriptedBird server{{{"a", "1000-one\n0000 \n"}, {"b", "0000 two\n"}}};
  auto socket = server.connected();
  ASSERT_TRUE(socket);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(socket->command("a")->text(), "one\n");
    EXPECT_EQ(socket->command("b")->text(), "two");
  }
}

TEST(ControlSocket, ANoOfBirdsIsAReplyWhoseCodeIs8000OrAbove) {
  ScriptedBird server{{{"x", "9001 syntax error\n"},
                       {"y", "8003 No protocols match\n"},
                       {"z", "1000-fine\n8002-bird.conf:1 oops\n0000 \n"},
                       {"w", "7999 nearly\n"}}};
  auto socket = server.connected();
  ASSERT_TRUE(socket);
  for (const char* const refused : {"x", "y", "z"}) {
    const auto reply = socket->command(refused);
    ASSERT_TRUE(reply) << refused;
    EXPECT_FALSE(reply->ok()) << refused;
  }
  EXPECT_TRUE(socket->command("w")->ok());
}

TEST(ControlSocket, PassesOverWhatBirdSaysToEverybody) {
  ScriptedBird server{{{"a", "+peerlab_n17_1: state changed\n1000-one\n+more\n0000 \n"}}};
  auto socket = server.connected();
  ASSERT_TRUE(socket);
  const auto reply = socket->command("a");
  ASSERT_TRUE(reply) << reply.error().cause;
  EXPECT_THAT(reply->lines, ElementsAre(line(1000, "one"), line(0, "")));
}

TEST(ControlSocket, TakesA3MegabyteAnswerWhole) {
  std::string table;
  for (int route = 0; route < 60'000; ++route) table += "1007-3fff:100:1::/48 unreachable [a] *\n";
  ScriptedBird server{{{"show route", table + "0000 \n"}}};
  auto socket = server.connected();
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->command("show route")->lines.size(), 60'001U);
}

TEST(ControlSocket, IsRestrictedOnlyWhereBirdSaysSo) {
  ScriptedBird grants{{{"restrict", "0016 Access restricted\n"}}};
  EXPECT_TRUE(grants.connected()->restrict());
  ScriptedBird refuses{{{"restrict", "0000 \n"}}};
  EXPECT_EQ(refuses.connected()->restrict().error().kind, ErrorKind::Unavailable);
}

TEST(ControlSocket, AServerThatHangsIsTimedOutAndIsNotAskedAgain) {
  for (const char* const command : {"silence", "half"}) {
    ScriptedBird server{{{"half", "1000-one\n10"}}};
    auto socket = server.connected(kShort);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->command(command).error().kind, ErrorKind::TimedOut) << command;
    EXPECT_EQ(socket->command("half").error().kind, ErrorKind::Unavailable) << command;
  }
}

TEST(ControlSocket, AServerThatNeverGreetsIsTimedOut) {
  ScriptedBird server{{}, ""};
  EXPECT_EQ(server.connected(kShort).error().kind, ErrorKind::TimedOut);
}

TEST(ControlSocket, PatienceIsForTheWholeAnswerAndNotForEachByte) {
  ScriptedBird server{{{"drip", std::string(200, '+') + "\n"}}, kGreeting, 24, milliseconds{60}};
  auto socket = server.connected(kShort);
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->command("drip").error().kind, ErrorKind::TimedOut);
}

TEST(ControlSocket, AServerThatClosesEarlyIsUnavailable) {
  for (const char* const greeting : {"\x04", "00\x04", "0001-BIRD\n\x04"}) {
    ScriptedBird server{{}, greeting};
    EXPECT_EQ(server.connected().error().kind, ErrorKind::Unavailable) << greeting;
  }
  for (const char* const answer : {"\x04", "1000-one\n\x04", "1000-one\n0000\x04"}) {
    ScriptedBird server{{{"a", answer}}};
    auto socket = server.connected();
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->command("a").error().kind, ErrorKind::Unavailable) << answer;
  }
}

TEST(ControlSocket, WhatIsNotBirdsProtocolIsUnavailable) {
  for (const char* const greeting : {"HTTP/1.1 400 Bad Request\n", "0000 \n", "\n", " text\n",
                                     "0001\n", "0001+x\n", "-001 x\n"}) {
    ScriptedBird server{{}, greeting};
    EXPECT_EQ(server.connected().error().kind, ErrorKind::Unavailable) << greeting;
  }
}

TEST(ControlSocket, SurvivesAnyBytes) {
  std::mt19937_64 random{52};
  for (int round = 0; round < 300; ++round) {
    const std::string answer = round % 2 == 0
                                   ? testing_support::random_text(random, "01 -+\n\x01\xff", 40)
                                   : testing_support::mutated(random, std::string{kStatus});
    ScriptedBird server{{{"a", answer + ScriptedBird::kCloses}}};
    auto socket = server.connected();
    ASSERT_TRUE(socket);
    const auto reply = socket->command("a");
    if (reply) {
      EXPECT_FALSE(reply->lines.empty());
    }
  }
}

TEST(ControlSocket, NobodyThereIsUnavailableAndABadPathMalformed) {
  const testing_support::TemporaryFolder folder;
  EXPECT_EQ(ControlSocket::connect(folder / "none").error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(ControlSocket::connect("").error().kind, ErrorKind::Malformed);
  EXPECT_EQ(ControlSocket::connect(std::string(200, 'x')).error().kind, ErrorKind::Malformed);
}

TEST(ControlSocket, ACommandIsOneLine) {
  ScriptedBird server{{{"a", "0000 \n"}}};
  auto socket = server.connected();
  ASSERT_TRUE(socket);
  for (const std::string& bad : {std::string{}, std::string{"a\nb"}, std::string{"a\r"},
                                 std::string("a\0b", 3), std::string(4001, 'a')}) {
    EXPECT_EQ(socket->command(bad).error().kind, ErrorKind::Malformed);
  }
  EXPECT_TRUE(socket->command("a")) << "nothing of it was sent";
}

}  // namespace
}  // namespace peerlab::bird
