// One accepted connection: its socket, its reader, and the time it may take.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "http/asio_types.h"
#include "http/bell.h"
#include "http/request_reader.h"

namespace peerlab::http {

// What the connection's coroutine is at; each phase has its own time.
enum class Phase {
  Idle,        // no byte of a request is here
  Reading,     // some are
  Responding,  // inside `respond`, or made later: it should not take long
  Patient,     // its answer is made by a thread set aside, which takes the time it takes
  Kept,        // its answer is to come, or goes on: no thread is busy with it
  Writing,
  Leaving  // the last answer is written: waits for the client to go first
};

// Its coroutine owns it and does the I/O.  The watching thread only ends a phase, by shutdown(2):
// a pending read then ends as if the client had gone, and an answer can still be written.
class Connection {
 public:
  Connection(Socket socket, ReadLimits limits);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // For the coroutine.
  [[nodiscard]] RequestReader& reader() { return reader_; }
  [[nodiscard]] const std::string& remote_address() const { return remote_address_; }
  void enter(Phase phase, std::optional<std::chrono::milliseconds> at_most);
  [[nodiscard]] bool ended() const;  // the watcher ended the present phase
  // False where nothing more will come; true also where the phase was ended, to be answered.
  [[nodiscard]] Task<bool> read_more();
  [[nodiscard]] Task<bool> write(std::string bytes, std::chrono::milliseconds at_most);
  [[nodiscard]] Task<void> leave();

  // For the watcher.
  void end_if_overdue(Steady::time_point now);
  void end_if_idle();
  void cut();                    // in both directions, whatever it is at
  void end_if_gone(short seen);  // what poll(2) saw of a kept one
  void wake();                   // where it is kept
  [[nodiscard]] std::optional<int> kept_descriptor() const;
  // Who is first in this order is missed least: idle, then leaving, then sending a request, each
  // for longest.  Nothing where a request is being answered.
  using Dispensable = std::pair<int, Steady::time_point>;
  [[nodiscard]] std::optional<Dispensable> dispensable() const;
  void end_if_dispensable();
  [[nodiscard]] std::optional<Steady::time_point> since(Phase phase) const;  // where it is in it

  // For the coroutine: kept from construction to destruction, but for what enter() says meanwhile.
  class Keeping {
   public:
    explicit Keeping(Connection& connection);
    ~Keeping();
    Keeping(const Keeping&) = delete;
    Keeping& operator=(const Keeping&) = delete;
    [[nodiscard]] const std::shared_ptr<Bell>& bell() const { return bell_; }

   private:
    Connection& connection_;
    const std::shared_ptr<Bell> bell_;
  };

 private:
  void end_phase();  // the mutex is held

  Socket socket_;
  const int descriptor_;
  const std::string remote_address_;
  RequestReader reader_;

  mutable std::mutex mutex_;  // guards what follows
  Phase phase_ = Phase::Idle;
  Steady::time_point since_ = Steady::now();
  std::optional<Steady::time_point> deadline_;
  bool ended_ = false;
  bool cut_ = false;
  std::shared_ptr<Bell> bell_;  // while kept
};

// All of a server's connections, as the watcher sees them.
class Connections {
 public:
  // Listed from construction to destruction: no socket is closed while the watcher looks at it.
  class Entry {
   public:
    Entry(Connections& all, Connection& one);
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    Connections& all_;
    std::list<Connection*>::iterator place_;
  };

  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::size_t count(Phase phase, Steady::time_point since_before) const;
  void end_overdue(Steady::time_point now) const;
  void end_idle() const;
  void end_gone() const;  // of the kept ones
  void wake_kept() const;
  [[nodiscard]] std::size_t kept() const;
  // Ends the most dispensable sixty-fourth, one at least; nobody, where somebody ended is still
  // here.
  void end_most_dispensable() const;
  void cut() const;

 private:
  mutable std::mutex mutex_;
  std::list<Connection*> all_;
};

}  // namespace peerlab::http
