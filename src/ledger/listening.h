#pragma once

namespace peerlab {

// Hearing of what others write to a ledger, for as long as this exists.
class Listening {
 public:
  Listening() = default;
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  virtual ~Listening() = default;

  // Is there, as far as one can see, nothing that keeps a commit from being heard of within
  // milliseconds?  Any thread.
  [[nodiscard]] virtual bool sound() const = 0;
};

}  // namespace peerlab
