#include "confgen/damaged.h"

#include <fmt/format.h>

#include <algorithm>

#include "confgen/turn.h"

namespace peerlab::confgen {
namespace {

constexpr std::string_view kEnding = ".damaged";

// How the sentence about the file goes on.
std::string kept(const std::filesystem::path& file, Damaged damaged) {
  if (damaged == Damaged::Leave) return "";
  std::filesystem::path aside = file;
  aside += kEnding;
  std::error_code failed;
  std::filesystem::rename(file, aside, failed);
  return failed ? fmt::format("; it cannot be kept: {}", failed.message())
                : fmt::format("; it is kept as {}", aside.filename().string());
}

}  // namespace

void tell_of_damage(const std::filesystem::path& file, const Error& why, std::string_view cost,
                    Damaged damaged) {
  say(fmt::format("{}{}. Going on without: {}", why.detail, kept(file, damaged), cost));
}

std::vector<std::string> set_aside_in(const std::filesystem::path& state_directory) {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& one : std::filesystem::directory_iterator{state_directory, failed}) {
    if (one.path().extension() == kEnding) names.push_back(one.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace peerlab::confgen
