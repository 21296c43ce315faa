#include "confgen/stage.h"

#include <fmt/format.h>
#include <fnmatch.h>
#include <glob.h>

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace peerlab::confgen {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kDeepest = 8;  // as BIRD's MAX_INCLUDE_DEPTH

// BIRD's own grammar of the statement: alone at the start of a line.
struct Include {
  std::string_view path;
  std::string_view rest;  // from the semicolon on
};
std::optional<Include> read_include(std::string_view line) {
  const auto skip_blanks = [&] {
    while (line.starts_with(' ') || line.starts_with('\t')) line.remove_prefix(1);
  };
  skip_blanks();
  if (!line.starts_with("include")) return std::nullopt;
  line.remove_prefix(7);
  skip_blanks();
  const auto end = line.rfind('"');
  if (!line.starts_with('"') || end == 0) return std::nullopt;
  const std::string_view path = line.substr(1, end - 1);
  line.remove_prefix(end + 1);
  skip_blanks();
  if (!line.starts_with(';')) return std::nullopt;
  return Include{path, line};
}

// One step along a link, also where it leads to nothing yet.
fs::path destination(const fs::path& file) {
  std::error_code error;
  const fs::path target = fs::read_symlink(file, error);
  const fs::path reached = error ? file : file.parent_path() / target;
  const fs::path canonical = fs::weakly_canonical(reached, error);
  return error ? reached.lexically_normal() : canonical;
}

class Copy {
 public:
  Copy(const PolicyFile& policy, const fs::path& folder)
      : policy_{policy}, policy_destination_{destination(policy.path)}, folder_{folder} {}

  [[nodiscard]] bool includes_policy() const { return includes_policy_; }

  Result<void> add_main(const fs::path& file) {
    const std::string name = name_for(file);
    names_.emplace(file, name);
    return add(file, name, 0);
  }

 private:
  Result<void> add(const fs::path& file, const std::string& name, unsigned depth) {
    const bool is_policy = destination(file) == policy_destination_;
    includes_policy_ = includes_policy_ || is_policy;
    const Result<std::string> text =
        is_policy ? Result<std::string>{policy_.text} : read_file(file);
    if (!text) return fail(text.error());
    if (is_policy || depth == kDeepest) return write_scratch(folder_ / name, *text, 0600);
    std::string copied;
    for (const std::string_view line : split(*text, '\n')) {
      if (!copied.empty()) copied += '\n';
      const auto include = read_include(line);
      Result<std::string> staged =
          include ? follow(*include, file.parent_path(), depth) : std::string{line};
      if (!staged) return fail(staged.error());
      copied += *staged;
    }
    return write_scratch(folder_ / name, copied, 0600);
  }

  // The statement's spelling in the copy, with what it includes copied.
  Result<std::string> follow(const Include& include, const fs::path& from, unsigned depth) {
    std::string statements;
    for (const fs::path& file : matches(from / fs::path{include.path})) {
      auto known = names_.find(file);
      if (known == names_.end()) {
        known = names_.emplace(file, name_for(file)).first;
        const Result<void> added = add(file, known->second, depth + 1);
        if (!added) return fail(added.error());
      }
      statements += fmt::format("{}include \"{}\"{}", statements.empty() ? "" : "\n", known->second,
                                include.rest);
    }
    // Nothing there: BIRD says so itself, by the name the operator wrote.
    if (statements.empty()) return fmt::format("include \"{}\"{}", include.path, include.rest);
    return statements;
  }

  std::vector<fs::path> matches(const fs::path& pattern) const {
    std::vector<fs::path> files;
    glob_t found{};
    if (::glob(pattern.c_str(), GLOB_ERR | GLOB_NOESCAPE, nullptr, &found) == 0) {
      files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    ::globfree(&found);
    // The very first policy: named or matched by an include, and not there yet.
    const bool waits = !fs::exists(policy_.path) &&
                       ::fnmatch(pattern.c_str(), policy_.path.c_str(), FNM_PATHNAME) == 0;
    if (waits) files.push_back(policy_.path);
    return files;
  }

  // A name is taken from here on, also while its file is still being copied.
  std::string name_for(const fs::path& file) {
    std::string name = file.filename();
    for (unsigned twin = 2; !taken_.insert(name).second; ++twin) {
      name = fmt::format("{}-{}", twin, file.filename().string());
    }
    return name;
  }

  const PolicyFile& policy_;
  fs::path policy_destination_;
  fs::path folder_;
  std::map<fs::path, std::string> names_;  // of the copies
  std::set<std::string> taken_;
  bool includes_policy_ = false;
};

}  // namespace

Result<void> stage_server(const fs::path& bird_config, const PolicyFile& policy,
                          const fs::path& folder) {
  Copy copy{policy, folder};
  const Result<void> copied = copy.add_main(bird_config);
  if (!copied || copy.includes_policy()) return copied;
  return fail(ErrorKind::Unprocessable,
              fmt::format("{} does not include {}: BIRD would never read the policy; add the line "
                          "include \"{}\"; to it, or name the file that is included with "
                          "--output-file",
                          bird_config.string(), policy.path.string(), policy.path.string()));
}

}  // namespace peerlab::confgen
