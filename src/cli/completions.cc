#include "cli/completions.h"

#include <fmt/format.h>

namespace peerlab::cli {
namespace {

// Options are no part of the path; a value written apart from its option completes to nothing.
constexpr std::string_view kBashStart = R"(_peerlab() {
  local word path='' current=${COMP_WORDS[COMP_CWORD]}
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || path+="${path:+ }$word"
  done
  case $path in
)";
constexpr std::string_view kBashEnd = R"(    *) COMPREPLY=() ;;
  esac
}
complete -F _peerlab peerlab
)";

std::string bash(const std::vector<Branch>& branches) {
  std::string text{kBashStart};
  for (const Branch& branch : branches) {
    text += fmt::format("    '{}') mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\") ;;\n",
                        branch.path, fmt::join(branch.words, " "));
  }
  return text + std::string{kBashEnd};
}

std::string zsh(const std::vector<Branch>& branches) {
  std::string text =
      "#compdef peerlab\n_peerlab() {\n  case \"${(j: :)${(@)words[2,CURRENT-1]:#-*}}\" in\n";
  for (const Branch& branch : branches) {
    text += fmt::format("    '{}') compadd -- {} ;;\n", branch.path, fmt::join(branch.words, " "));
  }
  return text + "  esac\n}\ncompdef _peerlab peerlab\n";
}

std::string fish(const std::vector<Branch>& branches) {
  std::string text =
      "function __peerlab_path\n"
      "  set -l words (commandline -opc)\n"
      "  string match -v -- '-*' $words[2..-1] | string join ' '\n"
      "end\n"
      "complete -c peerlab -f\n";
  for (const Branch& branch : branches) {
    text += fmt::format("complete -c peerlab -n 'test \"$(__peerlab_path)\" = \"{}\"' -a '{}'\n",
                        branch.path, fmt::join(branch.words, " "));
  }
  return text;
}

}  // namespace

std::string completions_for(std::string_view shell, const std::vector<Branch>& branches) {
  return shell == "bash" ? bash(branches) : shell == "zsh" ? zsh(branches) : fish(branches);
}

}  // namespace peerlab::cli
