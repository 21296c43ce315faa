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

int refuse(std::ostream& out, std::string_view why) {
  out << fmt::format("lab: {}\n", why) << std::flush;
  return 1;
}

void put_programs_first(const LabOptions& options) {
  const char* const path = std::getenv("PATH");
  const std::string all = fmt::format("{}:{}", program(options, "").parent_path().string(),
                                      path == nullptr ? "/usr/sbin:/usr/bin" : path);
  ::setenv("PATH", all.c_str(), 1);
}

// What the shell there begins with.
Result<std::vector<std::string>> interactive(const LabOptions& options, const std::string& place,
                                             const fs::path& folder) {
  const fs::path beginning = options.directory / "shell.rc";
  const std::string text = fmt::format("PS1='{}# '\nalias birdc='birdc -s {}'\ncd\n", place,
                                       (folder / "bird.ctl").string());
  const Result<void> written = write_file(beginning, text);
  if (!written) return fail(written.error());
  return std::vector<std::string>{"bash", "--rcfile", beginning.string(), "-i"};
}

[[nodiscard]] int become(std::vector<std::string> argv, std::ostream& out) {
  std::vector<char*> words;
  for (std::string& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  out.flush();
  ::execvp(words[0], words.data());
  return refuse(out, fmt::format("cannot run {}: {}", argv[0], std::strerror(errno)));
}

}  // namespace

int shell(const LabOptions& options, const std::vector<std::string>& words, std::ostream& out) {
  if (::geteuid() != 0) return refuse(out, "network namespaces need root: sudo peerlab lab shell");
  const Result<Record> record = read_record(options.directory);
  if (!record) return refuse(out, record.error().detail);
  LabOptions standing = options;
  standing.members = record->members;
  const Result<Plan> plan = make_plan(standing);
  if (!plan) return refuse(out, plan.error().detail);
  const std::vector<std::string> places = plan->places();
  const std::string place = words.empty() ? "" : words.front();
  if (std::ranges::find(places, place) == places.end()) {
    return refuse(out, fmt::format("which machine?  {}", fmt::join(places, ", ")));
  }
  fs::path folder = options.directory / place;
  ::setenv("HOME", options.directory.c_str(), 1);
  for (const Member& member : plan->members) {
    if (member.node.name != place) continue;
    folder = options.directory / "members" / place;
    for (const auto& [name, value] : MemberMachine{*plan, member}.environment()) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
  put_programs_first(options);
  if (words.size() > 1) return become(inside(place, {words.begin() + 1, words.end()}), out);
  const auto argv = interactive(options, place, folder);
  return argv ? become(inside(place, *argv), out) : refuse(out, argv.error().detail);
}

}  // namespace peerlab::lab
