// A person at one of the lab's machines.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ostream>

#include "base/file.h"
#include "lab/lab.h"
#include "lab/member_machine.h"
#include "lab/namespaces.h"
#include "lab/record.h"
#include "lab/tools.h"

namespace peerlab::lab {
namespace {

namespace fs = std::filesystem;

// The commands of this build first, and a `birdc` that asks this machine's BIRD.
Result<void> put_commands_first(const LabOptions& options, const fs::path& folder) {
  const fs::path own = folder / "bin";
  std::error_code ignored;
  fs::create_directories(own, ignored);
  const char* const path = std::getenv("PATH");
  const std::string others = path == nullptr ? "/usr/sbin:/usr/bin:/sbin:/bin" : path;
  const std::string script = fmt::format("#!/bin/sh\nPATH={}\nexec birdc -s {} \"$@\"\n", others,
                                         (folder / "bird.ctl").string());
  if (const Result<void> written = write_file(own / "birdc", script, 0755); !written) {
    return written;
  }
  const std::string all =
      fmt::format("{}:{}:{}", own.string(), program(options, "").parent_path().string(), others);
  ::setenv("PATH", all.c_str(), 1);
  return {};
}

[[nodiscard]] int become(std::vector<std::string> argv, std::ostream& out) {
  std::vector<char*> words;
  for (std::string& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  out.flush();
  ::execvp(words[0], words.data());
  return refuse(fmt::format("cannot run {}: {}", argv[0], std::strerror(errno)));
}

}  // namespace

int shell(const LabOptions& options, const std::vector<std::string>& words, std::ostream& out) {
  if (::geteuid() != 0) return refuse("network namespaces need root: sudo peerlab lab shell");
  const Result<Record> record = read_record(options.directory);
  if (!record) return refuse(record.error().detail);
  LabOptions standing = options;
  standing.members = record->members;
  const Result<Plan> plan = make_plan(standing);
  if (!plan) return refuse(plan.error().detail);
  const std::vector<std::string> places = plan->places();
  const std::string place = words.empty() ? "" : words.front();
  if (std::ranges::find(places, place) == places.end()) {
    return refuse(fmt::format("which machine?  {}", fmt::join(places, ", ")));
  }
  fs::path folder = options.directory / place;
  fs::create_directories(folder);
  ::setenv("HOME", options.directory.c_str(), 1);
  for (const Member& member : plan->members) {
    if (member.node.name != place) continue;
    folder = options.directory / "members" / place;
    for (const auto& [name, value] : MemberMachine{*plan, member}.environment()) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
  if (const Result<void> first = put_commands_first(options, folder); !first) {
    return refuse(first.error().detail);
  }
  fs::current_path(folder);
  ::setenv("PS1", fmt::format("{}# ", place).c_str(), 1);
  std::vector<std::string> command{words.begin() + 1, words.end()};
  if (command.empty()) command = {"bash", "--norc", "-i"};
  return become(inside(place, std::move(command)), out);
}

}  // namespace peerlab::lab
