#include "base/text.h"
#include "cli/credentials.h"
#include "cli/verbs.h"

namespace peerlab::cli {
namespace {

bool signed_in(const Call& call) {
  return !call.settings.token.empty() ||
         CredentialStore{call.settings.state_directory}.find(call.settings.api_url).has_value();
}

}  // namespace

Attempt<void> api(const Call& call, const Question& question) {
  const Attempt<http::Response> answer =
      signed_in(call) ? ask_as_member(call, question) : ask_as_anybody(call, question);
  if (!answer) return complain(answer.error());
  if (answer->body.empty()) return {};
  if (!call.style.fields.empty()) return print(call, spelled_document(answer->body, call.style));
  return print(call, std::string{trim(answer->body)} + "\n");
}

}  // namespace peerlab::cli
