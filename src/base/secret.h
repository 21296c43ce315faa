// A value that must not reach a log, an error message or a process list.
#pragma once

#include <string>
#include <utility>

namespace peerlab {

// Has no stream operator and no fmt formatter: printing one does not compile.  `reveal` is the one
// way to the text.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_{std::move(text)} {}
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  // Takes the same time wherever the first difference is.  Lengths are not hidden.
  [[nodiscard]] bool equals(const Secret& other) const;
  bool operator==(const Secret& other) const { return equals(other); }

 private:
  std::string text_;
};

}  // namespace peerlab
