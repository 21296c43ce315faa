#include "cli/operator_call.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "wire/operator_documents.h"

namespace peerlab::cli {
namespace {

constexpr std::size_t kFewestDigits = 8;
constexpr std::size_t kKeyFileMost = 4096;

// Empty where there is none.
Attempt<Secret> key_of(const OperatorCall& asking) {
  if (asking.key_file.empty()) {
    return Secret{std::string{trim(asking.call.around.variable("PEERLAB_OPERATOR_KEY"))}};
  }
  const Result<std::string> text = read_file(asking.key_file, kKeyFileMost);
  if (!text) return complain(ExitCode::Usage, text.error().detail);
  const auto words = words_of(trim(*text));
  if (words.size() == 1) return Secret{std::string{words[0]}};
  return complain(ExitCode::Usage, fmt::format("{} holds no key", printable(asking.key_file)),
                  "write the key alone into it");
}

}  // namespace

Attempt<http::Response> ask_as_operator(const OperatorCall& asking, const Question& question) {
  const Attempt<Secret> key = key_of(asking);
  if (!key) return complain(key.error());
  if (key->empty()) return ask_as_member(asking.call, question);
  Attempt<http::Response> response = ask_with_key(asking.call, question, *key);
  if (!response && response.error().exit_code == ExitCode::SignInNeeded) {
    response.error().next = asking.key_file.empty()
                                ? "PEERLAB_OPERATOR_KEY holds a key that is not accepted"
                                : "the key in " + asking.key_file + " is not accepted";
  }
  return response;
}

Attempt<UserHash> member_meant(const OperatorCall& asking, std::string_view text) {
  if (const Result<UserHash> whole = UserHash::parse(text)) return *whole;
  const bool digits = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!digits || text.size() < kFewestDigits || text.size() > 64) {
    return complain(ExitCode::Usage, fmt::format("'{}' names no member", printable(text)),
                    "give its user hash, or its first 8 digits: peerlab operator members");
  }
  const std::string path = fmt::format("/operator/members?limit=2&user={}", text);
  const Attempt<http::Response> answer = ask_as_operator(asking, {http::Method::Get, path});
  if (!answer) return complain(answer.error());
  const auto page = wire::parse_operator_members(answer->body);
  if (!page) return complain(unreadable(path, page.error()));
  if (page->members.size() == 1) return page->members[0].user;
  if (page->members.empty()) {
    return complain(ExitCode::NotFound, fmt::format("no member's hash begins with {}", text));
  }
  return complain(ExitCode::Usage, fmt::format("several members' hashes begin with {}", text),
                  "give more digits");
}

}  // namespace peerlab::cli
