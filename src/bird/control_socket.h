// BIRD's control socket, spoken directly: no birdc child (POLICY.md 4.7).
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace peerlab::bird {

struct ReplyLine {
  int code;  // BIRD's four digits; a continuation line carries the code of the line before
  std::string text;
};

struct Reply {
  std::vector<ReplyLine> lines;
  [[nodiscard]] bool ok() const;           // no code 8000 or above
  [[nodiscard]] std::string text() const;  // the lines, newline-separated
};

class ControlSocket {
 public:
  // Reads the greeting (0001).  Unavailable where nobody listens, TimedOut where nobody answers.
  static Result<ControlSocket> connect(const std::filesystem::path& path,
                                       std::chrono::milliseconds patience = std::chrono::seconds{
                                           10});
  ControlSocket(ControlSocket&&) noexcept;
  ControlSocket& operator=(ControlSocket&&) noexcept;
  ~ControlSocket();

  // Only reading commands from now on (0016).
  Result<void> restrict();
  // One line, no line break in it; reads to the end of the answer.  An answer of BIRD's that says
  // no is a Reply too.
  Result<Reply> command(std::string_view line);
  // The text of the answer; Unprocessable where BIRD says no.
  Result<std::string> ask(std::string_view line);

 private:
  class Connection;
  explicit ControlSocket(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace peerlab::bird
