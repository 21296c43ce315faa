#include "tests/fire/history.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <system_error>

namespace peerlab::fire {
namespace {

constexpr std::array<std::string_view, 4> kVerbs{"assign", "lease", "revoke", "read"};
constexpr std::array<std::string_view, 5> kOutcomes{"done", "refused", "nothing-done", "unknown",
                                                    "wrong"};

template <class Enum, std::size_t size>
Enum value_of(const std::array<std::string_view, size>& names, const std::string& name) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  throw std::runtime_error{"no such word in a history: " + name};
}

std::int64_t number_of(Instant instant) { return instant.time_since_epoch().count(); }
Instant instant_of(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

// begin VERB MEMBER EARLIEST STARTED LENGTH [PREFIX]
Operation begun_by(std::istringstream& words) {
  std::string verb, prefix;
  std::int64_t earliest = 0, started = 0, length = 0;
  Operation operation;
  words >> verb >> operation.member >> earliest >> started >> length >> prefix;
  operation.verb = value_of<Verb>(kVerbs, verb);
  operation.earliest = instant_of(earliest);
  operation.started = Nanoseconds{started};
  operation.length = std::chrono::seconds{length};
  if (!prefix.empty()) operation.prefix = *Prefix48::parse(prefix);
  return operation;
}

// end LATEST ENDED OUTCOME REASON ASN [NETWORK BEGIN END]...
void end_by(std::istringstream& words, Operation& operation) {
  std::int64_t latest = 0, ended = 0, begin = 0, end = 0;
  std::uint32_t asn = 0;
  std::string outcome, prefix;
  words >> latest >> ended >> outcome >> operation.reason >> asn;
  operation.latest = instant_of(latest);
  operation.ended = Nanoseconds{ended};
  operation.outcome = value_of<Outcome>(kOutcomes, outcome);
  if (asn != 0) operation.asn = *Asn::make(asn);
  while (words >> prefix >> begin >> end) {
    operation.leases.push_back(
        {*Prefix48::parse(prefix), *LeaseWindow::make(instant_of(begin), instant_of(end))});
  }
}

void read_history(const std::filesystem::path& file, std::vector<Operation>& operations) {
  std::ifstream lines{file};
  std::string line;
  bool open = false;
  while (std::getline(lines, line)) {
    if (lines.eof()) break;  // cut off in the middle: it was not written
    std::istringstream words{line};
    std::string kind;
    words >> kind;
    if (kind == "begin") {
      operations.push_back(begun_by(words));
    } else if (open) {
      end_by(words, operations.back());
    }
    open = kind == "begin";
  }
}

}  // namespace

Nanoseconds nanoseconds_now() {
  return std::chrono::duration_cast<Nanoseconds>(
      std::chrono::steady_clock::now().time_since_epoch());
}

Subject subject_of(const std::string& member) { return *Subject::parse("test|" + member); }

std::string_view name_of(Verb verb) { return kVerbs[static_cast<std::size_t>(verb)]; }

HistoryWriter::HistoryWriter(const std::filesystem::path& file)
    : file_{::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)} {
  if (file_ < 0) throw std::system_error(errno, std::generic_category(), file);
}

HistoryWriter::~HistoryWriter() { ::close(file_); }

void HistoryWriter::begin(const Operation& operation) const {
  write(fmt::format("begin {} {} {} {} {} {}\n", name_of(operation.verb), operation.member,
                    number_of(operation.earliest), operation.started.count(),
                    operation.length.count(), operation.prefix ? operation.prefix->text() : ""));
}

void HistoryWriter::end(const Operation& operation) const {
  std::string line =
      fmt::format("end {} {} {} {} {}", number_of(operation.latest), operation.ended.count(),
                  kOutcomes[static_cast<std::size_t>(operation.outcome)],
                  operation.reason.empty() ? "-" : operation.reason,
                  operation.asn ? operation.asn->number() : 0);
  for (const Told& told : operation.leases) {
    line += fmt::format(" {} {} {}", told.prefix.text(), number_of(told.window.begin()),
                        number_of(told.window.end()));
  }
  write(line + "\n");
}

// In one piece: a client that is killed leaves whole lines.
void HistoryWriter::write(const std::string& line) const {
  if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw std::system_error(errno, std::generic_category(), "history");
  }
}

std::vector<Operation> read_histories(const std::filesystem::path& folder) {
  std::vector<Operation> operations;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".history") read_history(entry.path(), operations);
  }
  return operations;
}

}  // namespace peerlab::fire
