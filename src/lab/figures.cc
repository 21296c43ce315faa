#include "lab/figures.h"

#include <boost/json.hpp>
#include <thread>

#include "base/file.h"
#include "base/text.h"

namespace peerlab::lab {
namespace {

std::string processor() {
  const Result<std::string> text = read_file("/proc/cpuinfo");
  if (!text) return "unknown";
  for (const std::string_view line : split(*text, '\n')) {
    const auto [name, value] = split_once(line, ':');
    if (trim(name) == "model name") return std::string{trim(value)};
  }
  return "unknown";
}

}  // namespace

std::string figures_json(const Scene& scene, const Record& record) {
  boost::json::object seconds{{"bring_up", record.bring_up_seconds}};
  for (const auto& [name, value] : scene.seconds) seconds[name] = value;
  boost::json::object memory;
  for (const std::string& role : scene.processes.roles()) {
    if (const auto resident = scene.processes.resident_kib(role)) memory[role] = *resident;
  }
  const boost::json::object document{
      {"machine", {{"processor", processor()}, {"cores", std::thread::hardware_concurrency()}}},
      {"date", rfc3339(scene.clock.now())},
      {"lab",
       {{"members", record.members}, {"table", record.table == Table::Real ? "real" : "small"}}},
      {"seconds", std::move(seconds)},
      {"resident_kib", std::move(memory)}};
  return boost::json::serialize(document) + "\n";
}

}  // namespace peerlab::lab
