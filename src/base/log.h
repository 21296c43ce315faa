// The log: one JSON object a line on stderr.  Fields are named at the call; what may not be read
// has no way in, since Secret and Subject do not print.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace peerlab {

enum class LogLevel { Debug, Info, Warning, Error };

struct LogField {
  template <class T>
  LogField(std::string_view field_name, const T& field_value)
      : name{field_name}, value{fmt::format("{}", field_value)} {}
  std::string name;
  std::string value;
};

// {"time":"…","level":"info","message":"…","name":"value",…}
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// Lines below this level are not written; Info at start.
void set_log_level(LogLevel least);

}  // namespace peerlab
